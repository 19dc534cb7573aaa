using Supervisor.Systemd;
using Xunit;

namespace Supervisor.Tests.Pure.Systemd;

public class PassedDescriptorsTests
{
    [Fact]
    public void Names_belong_to_the_descriptors_in_their_order_from_3_on() =>
        Assert.Equal([new(3, "control"), new(4, "job.web.out")], PassedDescriptors.Read("2", "42", "control:job.web.out", 42));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("control")]
    [InlineData("control:")]
    public void Missing_names_are_unknown(string? names) =>
        Assert.Equal("unknown", PassedDescriptors.Read("2", "42", names, 42)[1].Name);

    [Theory]
    [InlineData(null, "42")]
    [InlineData("1", null)]
    [InlineData("1", "43")]
    [InlineData("1", "me")]
    [InlineData("-1", "42")]
    [InlineData("0", "42")]
    [InlineData("one", "42")]
    [InlineData("2000000000", "42")]
    public void Nonsense_and_what_is_meant_for_another_process_is_nothing(string? count, string? pid) =>
        Assert.Empty(PassedDescriptors.Read(count, pid, "control", 42));
}
