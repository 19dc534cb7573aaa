using Supervisor.Configuration;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

public sealed class ProbeKeyTests : ConfigurationTest
{
    private static readonly TimeSpan _half = TimeSpan.FromSeconds(0.5);

    [Fact]
    public void Probes_have_the_numbers_of_Kubernetes()
    {
        Assert.Equal(new HealthSpec(new TcpProbe(new("127.0.0.1", 80)) { Interval = TimeSpan.FromSeconds(10) }), Job("health: {tcp: 127.0.0.1:80}").Health);
        Assert.Equal(
            new HealthSpec(new ExecProbe(["check", "-q"]) { Interval = _half, Timeout = TimeSpan.FromSeconds(2) }) { Failures = 5, Successes = 2, StartPeriod = TimeSpan.FromSeconds(30) },
            Job("health: {exec: check -q, interval: 500ms, timeout: 2s, failures: 5, successes: 2, start_period: 30s}").Health);
        Assert.Equal(new ReadyByProbe(new TcpProbe(new("localhost", 80)) { Interval = _half }), Job("ready: {tcp: 80}").Ready);
        Assert.Equal(new ReadyByProbe(new TcpProbe(new("::1", 80)) { Interval = _half }), Job("ready: {tcp: \"[::1]:80\"}").Ready);
    }

    [Fact]
    public void A_URL_has_its_parts_and_its_options() => Assert.Equal(
        new ReadyByProbe(new HttpProbe(new("::1", 8080), "/ready?deep=1")
        {
            Interval = _half,
            Socket = Path.Combine(Root, "app.sock"),
            Headers = [new("X-Probe", "yes")],
            Status = new(200, 204),
        }),
        Job("ready: {http: 'http://[::1]:8080/ready?deep=1', socket: app.sock, headers: {X-Probe: 'yes'}, status: 200-204}").Ready);

    [Theory]
    [InlineData("ready: {tcp: x}", "'ready.tcp' in job 'a': expected a host and a port such as 127.0.0.1:80, [::1]:80 or localhost:80, found 'x'")]
    [InlineData("ready: {tcp: ::1:80}", "'ready.tcp' in job 'a': expected a host and a port such as 127.0.0.1:80, [::1]:80 or localhost:80, found '::1:80'")]
    [InlineData("ready: {tcp: 80, http: http://a/}", "'ready' in job 'a': expected started, notify, or a map with one of after, fd, log, tcp, http, exec, found tcp and http")]
    [InlineData("ready: {}", "'ready' in job 'a': expected started, notify, or a map with one of after, fd, log, tcp, http, exec, found none of them")]
    [InlineData("ready: {after: 1s, timeout: 2s}", "'ready.timeout' in job 'a' means nothing with 'after'")]
    [InlineData("health: {tcp: 80, status: 200}", "'health.status' in job 'a' means nothing without 'http'")]
    [InlineData("health: {http: https://a/x}", "'health.http' in job 'a': https is not spoken by probes; {exec: [curl, -fsSk, https://a/x]} asks it")]
    [InlineData("health: {http: /x}", "'health.http' in job 'a': expected a URL such as http://127.0.0.1:8080/health, found '/x'")]
    [InlineData("health: {http: http://a/, status: 99}", "'health.status' in job 'a': expected a status 100..599, or a range such as 200-399, found '99'")]
    [InlineData("health: {http: http://a/, headers: {'a b': c}}", "'health.headers.a b' in job 'a': expected the name of a header, found 'a b'")]
    [InlineData("health: {http: http://a/, headers: {a: \"b\\r\\nc: d\"}}", "'health.headers.a' in job 'a': expected a value without control characters, found some")]
    [InlineData("health: {htp: http://a/}", "unknown key 'htp' in 'health' in job 'a'; did you mean 'http'?")]
    [InlineData("ready: {log: '(a'}", "'ready.log' in job 'a': expected a regular expression without backreferences and look-around, found '(a' (at character 2: Not enough )'s)")]
    [InlineData("ready: {log: '(a)\\1'}", "'ready.log' in job 'a': expected a regular expression without backreferences and look-around, found '(a)\\1' ('backreference (\\ number)')")]
    [InlineData("ready: {fd: 2}", "'ready.fd' in job 'a': expected a whole number from 3 to 255, found '2'")]
    [InlineData("health: {tcp: 80, failures: 0}", "'health.failures' in job 'a': expected a whole number from 1 to 1000000, found '0'")]
    public void A_wrong_probe_says_what_is_expected(string line, string message) => Assert.Equal(message, Problem(line));

    [Fact]
    public void What_cannot_work_together_is_told()
    {
        Assert.Contains("needs output that passes through the supervisor", Problem("ready: {log: up}", "log: {stdout: inherit}"), StringComparison.Ordinal);
        Assert.Contains("expected 5 or more, since those before are for its sockets and stored descriptors", Problem("ready: {fd: 4}", "file_descriptor_store: 2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ready: {log: '^up \\d+$'}")]
    [InlineData("ready: {fd: 7}")]
    [InlineData("ready: {http: 'http://[::1]:8080/a?b=$${c}', headers: {A: \"$$x\"}, status: 200}")]
    [InlineData("ready: {exec: [a, \"b c\"], interval: 3s}")]
    [InlineData("health: {tcp: 'example.org:1', successes: 3}")]
    [InlineData("health: {http: 'http://a/', socket: /run/a.sock, start_period: 1h}")]
    public void What_is_written_reads_back(string line)
    {
        var spec = Job(line);
        Assert.Equal(spec, Valid(SpecWriter.Write(spec)).Jobs[0].Instance(0));
    }
}
