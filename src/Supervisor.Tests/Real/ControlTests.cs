using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Supervisor.Tests.Real;

public class ControlTests
{
    [Fact]
    public async Task Status_ends_with_3_when_a_job_that_shall_be_up_is_not()
    {
        await using var daemon = await Daemon.Start("""
            web: {command: [CHILD, sleep]}
            tool: {command: [CHILD, sleep], start: manual}
            gone: {command: [CHILD, exit, '1'], restart: never}
            """);
        await daemon.WaitFor("ready", "web");
        await daemon.WaitFor("stopped", "gone");

        Assert.Equal(0, (await daemon.Supervisor("status", "web", "tool")).Code);
        Assert.Equal(3, (await daemon.Supervisor("status", "gone")).Code);
        Assert.Equal(3, (await daemon.Supervisor("status")).Code);

        await daemon.Does("stop", "web");

        Assert.Equal(0, (await daemon.Supervisor("status", "web")).Code);
    }

    [Fact]
    public async Task An_unknown_job_ends_with_4_and_is_named()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");

        var answer = await daemon.Supervisor("start", "wbe");

        Assert.Equal(4, answer.Code);
        Assert.Contains("wbe", answer.Error);
    }

    [Fact]
    public async Task Without_a_daemon_commands_end_with_6()
    {
        var answer = await ProgramRun.ToEnd(Built.Supervisor, ["status", "--socket", "/nonexistent/control.sock"]);

        Assert.Equal(6, answer.Code);
        Assert.Contains("/nonexistent/control.sock", answer.Error);
    }

    [Fact]
    public async Task Clients_that_connect_and_say_nothing_hold_up_nobody_not_even_the_end()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");
        var silent = Enumerable.Range(0, 100).Select(_ => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)).ToList();
        silent.ForEach(socket => socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(daemon.Folder, "control.sock"))));

        await daemon.WaitFor("ready", "web");
        Assert.Equal(0, (await daemon.Stop()).Code);

        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task What_is_no_JSON_is_told_to_who_sent_it_and_disturbs_nobody()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");
        await daemon.WaitFor("ready", "web");

        foreach (var body in (string[])["{\"jobs\": [", "[]", "\"", "{\"jobs\": 7}"])
        {
            var answer = await Raw(daemon, $"POST /v1/stop HTTP/1.1\r\nHost: s\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
            Assert.StartsWith("HTTP/1.1 400 ", answer);
            Assert.DoesNotContain("   at ", answer);
        }

        Assert.StartsWith("HTTP/1.1 400 ", await Raw(daemon, "\0\u0001\u0002 nonsense\r\n\r\n"));
        Assert.Equal("ready", (await daemon.Status("web")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_hundred_clients_at_once_all_get_their_answer()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");
        await daemon.WaitFor("ready", "web");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Raw(daemon, "GET /v1/status HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n")));

        Assert.All(answers, answer => Assert.StartsWith("HTTP/1.1 200 ", answer));
    }

    [Fact]
    public async Task A_user_of_no_rights_is_refused_and_one_of_the_group_may_read()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can be somebody else");
        await using var daemon = await Daemon.Start("""
            supervisor: {directory: DIR, control: {group: games}}
            jobs:
              web: {command: [CHILD, sleep]}
            """);
        await daemon.WaitFor("ready", "web");

        Assert.Equal(5, (await As("--clear-groups", "status", "web")).Code);
        Assert.Equal(0, (await As("--groups=games", "status", "web")).Code);
        Assert.Equal(0, (await As($"--groups=games,{string.Join(',', Enumerable.Range(100_000, 200))}", "status", "web")).Code); // more groups than nearly anybody has
        var stop = await As("--groups=games", "stop", "web");

        Assert.Equal(5, stop.Code);
        Assert.NotEmpty(stop.Error);
        Assert.Equal("ready", (await daemon.Status("web")).GetProperty("state").GetString());

        Task<ProgramResult> As(string groups, params string[] command) => ProgramRun.ToEnd(
            "setpriv",
            ["--reuid=65534", "--regid=65534", groups, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--",
                Built.Supervisor, .. command, "--socket", Path.Combine(daemon.Folder, "control.sock")]);
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_any_longer_gets_7_and_the_operation_goes_on()
    {
        await using var daemon = await Daemon.Start("slow: {command: [CHILD, ignore-term, then, sleep], stop: {timeout: 1h}}");
        await daemon.WaitFor("ready", "slow");
        using var stop = await daemon.Begin("stop", "slow");
        await daemon.StatusLine(line => line.Contains("stopping (slow)"));

        Assert.Equal(7, (await daemon.Supervisor("wait", "slow", "--for", "stopped", "--timeout", "100ms")).Code);

        await daemon.Does("signal", "SIGKILL", "slow");
        Assert.Equal(0, (await stop.Ended()).Code);
    }

    private static async Task<string> Raw(Daemon daemon, string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(daemon.Folder, "control.sock")));
        await socket.SendAsync(Encoding.UTF8.GetBytes(request));
        using var answer = new StreamReader(new NetworkStream(socket));
        return await answer.ReadToEndAsync().WaitAsync(ProgramRun.Limit);
    }
}
