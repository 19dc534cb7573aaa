using System.Net;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public class SocketTests : ConfigurationTest
{
    [Fact]
    public void Sockets_are_read_with_what_they_have_from_the_job()
    {
        var sockets = Job(
            "user: www-data",
            "sockets:", "- 127.0.0.1:80", "- {listen: '[::1]:53', type: datagram, name: dns, ipv6_only: true}", "- {listen: /run/a.sock, mode: '0666', backlog: 10}", "- {listen: '@a', type: seqpacket}",
            "- '*:8080'").Sockets;

        Assert.Equal(
            [
                new() { Name = "a", Address = IPAddress.Loopback, Port = 80 },
                new() { Name = "dns", Address = IPAddress.IPv6Loopback, Port = 53, Kind = SocketKind.Datagram, Ipv6Only = true },
                new() { Name = "a", Path = "/run/a.sock", Mode = 0b110_110_110, Backlog = 10, User = "www-data" },
                new() { Name = "a", Path = "@a", Kind = SocketKind.Seqpacket },
                new() { Name = "a", Port = 8080 },
            ],
            sockets);
    }

    [Theory]
    [InlineData("sockets: [localhost:80]", "expected an address and a port")]
    [InlineData("sockets: [127.1:80]", "expected an address and a port")]
    [InlineData("sockets: ['0']", "expected an address and a port")]
    [InlineData("sockets: [{name: x}]", "'sockets.listen' in job 'a' is missing")]
    [InlineData("sockets: [{listen: '80', type: seqpacket}]", "seqpacket is for Unix sockets only")]
    [InlineData("sockets: [{listen: '80', mode: '0600'}]", "'sockets.mode' in job 'a' is for Unix sockets with a path only")]
    [InlineData("sockets: [{listen: /run/x, reuse_port: true}]", "'sockets.reuse_port' in job 'a' means nothing for '/run/x'")]
    [InlineData("sockets: [{listen: '80', name: 'a:b'}]", "without ':'")]
    [InlineData("sockets: [{listn: '80'}]", "did you mean 'listen'?")]
    [InlineData("start: on-demand", "on-demand starts at the first connection to one of its 'sockets', and it has none")]
    public void A_wrong_socket_is_told(string line, string message) => Assert.Contains(Read($"jobs:\n  a:\n    command: x\n    {line}\n").Problems, problem => problem.Message.Contains(message, StringComparison.Ordinal));

    [Theory]
    [InlineData("0.0.0.0:80", "127.0.0.1:80", true)]
    [InlineData("'*:80'", "127.0.0.1:80", true)]
    [InlineData("'[::]:80'", "127.0.0.1:80", true)]
    [InlineData("{listen: '[::]:80', ipv6_only: true}", "127.0.0.1:80", false)]
    [InlineData("127.0.0.1:80", "127.0.0.2:80", false)]
    [InlineData("'[::1]:80'", "127.0.0.1:80", false)]
    [InlineData("127.0.0.1:80", "127.0.0.1:81", false)]
    [InlineData("127.0.0.1:80", "{listen: 127.0.0.1:80, type: datagram}", false)]
    [InlineData("{listen: 127.0.0.1:80, reuse_port: true}", "{listen: 127.0.0.1:80, reuse_port: true}", false)]
    [InlineData("/run/x.sock", "/run/x.sock", true)]
    [InlineData("/run/x.sock", "'@x'", false)]
    public void What_is_used_twice_is_told_at_the_second_place(string one, string other, bool collide)
    {
        var problems = Problems($"jobs:\n  a:\n    command: x\n    sockets: [{one}]\n  b:\n    command: x\n    sockets: [{other}]\n");

        Assert.Equal(collide ? 1 : 0, problems.Length);
        Assert.All(problems, problem => Assert.Matches("^supervisor.yaml:7:15: 'sockets' in job 'b': .* is taken by job 'a' at .*supervisor.yaml:4:15$", problem));
    }

    [Fact]
    public void Instances_share_what_they_all_name_and_have_their_own_by_number()
    {
        Valid("jobs:\n  a:\n    command: x\n    instances: 3\n    sockets: [127.0.0.1:80]\n");
        Valid("jobs:\n  a:\n    command: x\n    instances: 3\n    sockets: ['127.0.0.1:80${instance}']\n");
        Assert.Contains("is taken by", Assert.Single(Problems("jobs:\n  a:\n    command: x\n    sockets: ['127.0.0.1:80', '*:80']\n")));
    }

    [Fact]
    public void The_dashboards_port_is_taken() =>
        Assert.Contains("is taken by the dashboard", Assert.Single(Problems("supervisor: {http: {listen: 127.0.0.1:80}}\njobs:\n  a:\n    command: x\n    sockets: ['*:80']\n")));
}
