using Supervisor.Control;

namespace Supervisor.Tests.Pure.Control;

public class AccessPolicyTests
{
    [Theory]
    [InlineData(0u, new uint[] { 0 }, false, 2)]
    [InlineData(500u, new uint[] { 500 }, false, 2)]
    [InlineData(1000u, new uint[] { 1000, 4 }, false, 1)]
    [InlineData(1000u, new uint[] { 4 }, true, 2)]
    [InlineData(1000u, new uint[] { 1000 }, true, 0)]
    [InlineData(1000u, new uint[] { 0 }, true, 0)]
    public void Root_and_the_owner_may_all_and_the_group_as_configured(uint uid, uint[] groups, bool groupMayAll, int expected) =>
        Assert.Equal((Access)expected, new AccessPolicy(500, 4, "adm", groupMayAll).For(new(uid, groups)));

    [Fact]
    public void A_refusal_says_who_asked_and_whose_the_socket_is() => Assert.Equal(
        "no permission (uid 1000): the socket belongs to root and group adm",
        new AccessPolicy(0, 4, "adm", false).Refusal(new(1000, [1000]), Access.Read));

    [Fact]
    public void Whoever_may_only_read_is_told_what_would_change_that() => Assert.Contains(
        "group adm may only read; supervisor.control.group_may: all",
        new AccessPolicy(0, 4, "adm", false).Refusal(new(1000, [4]), Access.All), StringComparison.Ordinal);
}
