using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public class PrivilegeTests : ConfigurationTest
{
    [Fact]
    public void Capabilities_are_a_set_and_are_read_with_or_without_their_prefix()
    {
        Assert.Equal([new Capability(10), new Capability(13)], Job("capabilities: [net_raw, CAP_NET_BIND_SERVICE, CAP_NET_RAW]").Process.Capabilities!);
        Assert.Equal([], Job("capabilities: []").Process.Capabilities!);
        Assert.Null(Job().Process.Capabilities);
    }

    [Fact]
    public void Credentials_are_files_by_name_relative_to_the_file() =>
        Assert.Equal([new CredentialFile("db", "/etc/db"), new CredentialFile("key", Path.Combine(Root, "key.pem"))], Job("credentials: {db: /etc/db, key: key.pem}").Process.Credentials);

    [Theory]
    [InlineData("capabilities: [CAP_NET_BIND_SERVISE]", "found 'CAP_NET_BIND_SERVISE'; did you mean 'CAP_NET_BIND_SERVICE'?")]
    [InlineData("securebits: [no-root]", "did you mean 'noroot'?")]
    [InlineData("credentials: {a/b: /x}", "'a/b' cannot be the name of a file")]
    [InlineData("credentials: [/x]", "expected a map such as {db: /etc/secrets/db}")]
    public void What_is_wrong_is_told(string line, string message) => Assert.Contains(message, Problem(line), StringComparison.Ordinal);

    [Fact]
    public void Credentials_cannot_be_seen_from_a_chroot() => Assert.Contains("outside of the chroot", Problem("chroot: /srv", "credentials: {a: /x}"), StringComparison.Ordinal);
}
