using System.Net;
using Supervisor.Configuration.Binding;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public sealed class HttpTests : ConfigurationTest
{
    private HttpSpec? Http(string yaml) => Valid($"supervisor: {yaml}\njobs: {{a: {{command: /bin/true}}}}").Daemon.Http;

    private string HttpProblem(string yaml) => Assert.Single(Read($"supervisor: {{http: {yaml}}}\njobs: {{a: {{command: /bin/true}}}}").Problems).Message;

    [Fact]
    public void The_dashboard_is_off_unless_asked_for() => Assert.Null(Http("{}"));

    [Fact]
    public void Asked_for_it_is_for_this_machine_alone() => Assert.Equal(new HttpSpec { Listen = new(IPAddress.Loopback, 9001) }, Http("{http: {}}"));

    [Fact]
    public void Everything_can_be_said()
    {
        var http = Http("{http: {listen: '[::]:80', token_file: token, hosts: [Sup.Example.org]}}");

        Assert.Equal(new HttpSpec { Listen = new(IPAddress.IPv6Any, 80), TokenFile = Path.Combine(Root, "token"), Hosts = ["sup.example.org"] }, http);
    }

    [Theory]
    [InlineData("9001", "127.0.0.1:9001")]
    [InlineData("localhost:9001", "127.0.0.1:9001")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("[::1]:65535", "[::1]:65535")]
    [InlineData("127.0.0.1", null)]
    [InlineData("127.0.0.1:", null)]
    [InlineData("127.0.0.1:65536", null)]
    [InlineData("127.0.0.1:-1", null)]
    [InlineData("127.1:80", null)]
    [InlineData("::1:80", null)]
    [InlineData("[127.0.0.1]:80", null)]
    [InlineData("example.org:80", null)]
    [InlineData("", null)]
    public void Addresses_are_read_as_people_write_them(string text, string? expected) => Assert.Equal(expected, HttpBinder.Parse(text)?.ToString());

    [Theory]
    [InlineData("{listen: example.org:80}", "'http.listen' in 'supervisor': expected an address and a port such as 127.0.0.1:9001 or [::1]:9001, found 'example.org:80'")]
    [InlineData("{hosts: ['http://a']}", "'http.hosts' in 'supervisor': expected the name of a host, without scheme and port, found 'http://a'")]
    [InlineData("{lisen: 80}", "unknown key 'lisen' in 'http' in 'supervisor'; did you mean 'listen'?")]
    public void A_mistake_is_told(string yaml, string message) => Assert.Equal(message, HttpProblem(yaml));
}
