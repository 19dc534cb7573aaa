using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>docs/sockets.md: rolling restarts over a shared socket, with a server that needs a moment until it serves and finishes what it has taken.</summary>
public class RollingRestartTests
{
    // Ready by sd_notify; at SIGTERM it takes no connection any more and answers those that it has taken.
    private const string Server = """
        import os, select, signal, socket, sys, time
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGTERM, lambda *_: None)
        if os.path.exists(os.path.join(sys.path[0], 'broken')):
            sys.exit('this version is broken')
        time.sleep(0.2)
        if os.path.exists(os.path.join(sys.path[0], 'stubborn')):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        listening = socket.socket(fileno=3)
        listening.setblocking(False)
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.sendto(b'READY=1', os.environ['NOTIFY_SOCKET'])
        while woken not in (ready := select.select([listening, woken], [], [])[0]):
            try:
                connection, _ = listening.accept()
            except BlockingIOError:
                continue
            connection.setblocking(True)
            request = b''
            while not request.endswith(b'\r\n\r\n'):
                request += connection.recv(1000)
            body = os.environ['SUPERVISOR_NAME']
            connection.sendall(f'HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}'.encode())
            connection.close()
        """;

    private static readonly Dictionary<string, string> _files = new() { ["server.py"] = Server };

    [Theory]
    [InlineData("", 1)]
    [InlineData("instances: 1, ", 1)]
    [InlineData("instances: 3, ", 3)]
    public async Task No_request_fails_and_never_fewer_are_ready_through_several_rolling_restarts(string instances, int count)
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start(Job(port, instances), files: _files);
        await daemon.WaitFor("ready", "web");
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var answered = 0;
            for (; !over.IsCancellationRequested; answered++)
            {
                Assert.StartsWith("HTTP/1.1 200 OK", await Get(port));
            }

            return answered;
        })).ToList();

        for (var round = 0; round < 3; round++)
        {
            var told = await daemon.Does("restart", "web", "--rolling");
            Assert.Equal(count, told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            Assert.Equal(0, (await daemon.Supervisor("status")).Code);
        }

        await over.CancelAsync();
        Assert.All(await Task.WhenAll(clients), answered => Assert.True(answered > 0));
        var jobs = (await daemon.Status()).GetProperty("jobs").EnumerateArray().ToList();
        Assert.Equal(count, jobs.Count);
        Assert.All(jobs, job => Assert.Equal((4, false), (job.GetProperty("attempt").GetInt32(), job.GetProperty("extra").GetBoolean())));
        CheckEvents(await daemon.Does("events", "web", "-o", "json"), count, rounds: 3);
    }

    [Fact]
    public async Task A_new_version_that_does_not_come_up_touches_nothing_and_says_why()
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start(Job(port, ""), files: _files);
        await daemon.WaitFor("ready", "web");
        var pid = await daemon.PidOf("web");
        await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "broken"), "");

        var result = await daemon.Supervisor("restart", "web", "--rolling");

        Assert.Equal(1, result.Code);
        Assert.Contains("web@1: exited with code 1", result.Error, StringComparison.Ordinal);
        Assert.Contains("next: none: it is stopped", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("web was not restarted: its extra instance web@1, which was to serve meanwhile, did not become ready; all others are as they were\n", result.Error);
        Assert.Equal(pid, await daemon.PidOf("web"));
        Assert.DoesNotContain("web@1", await daemon.Does("status"));
        Assert.EndsWith("web", await Get(port));
        Assert.Contains("this version is broken", await File.ReadAllTextAsync(Path.Combine(daemon.Folder, "log", "web@1.log")));
    }

    [Fact]
    public async Task Killed_in_the_middle_the_next_supervisor_brings_it_to_an_end()
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start(
            $$"""
            supervisor: {directory: DIR, on_crash: adopt}
            jobs:
              {{Job(port, "stop: {timeout: 5s}, ")}}
            """, files: new Dictionary<string, string>(_files) { ["stubborn"] = "" });
        await daemon.WaitFor("ready", "web");
        File.Delete(Path.Combine(daemon.Folder, "stubborn"));
        await daemon.Does("restart", "web", "--rolling", "--no-wait");
        await daemon.Comes(status => StateOf(status, "web") == "stopping");

        await daemon.Crash();
        Assert.StartsWith("HTTP/1.1 200 OK", await Get(port));
        await daemon.ComesBack();

        await daemon.Comes(status => StateOf(status, "web") == "ready" && StateOf(status, "web@1") is null);
        Assert.EndsWith("web", await Get(port));
        // At the first attempt: the sockets were taken back from the extra one, which had them open.
        Assert.Equal(2, (await daemon.Status("web")).GetProperty("attempt").GetInt32());
        Assert.Single(Kernel.ProcessesOf(daemon.Folder), process => process.Command.Contains("server.py", StringComparison.Ordinal));
    }

    // From the first moment at which all are ready on there are never fewer, and the first to go waits for the extra one.
    private static void CheckEvents(string lines, int count, int rounds)
    {
        var states = new Dictionary<string, string>();
        var (hasBegun, stops, extra) = (false, 0, $"web@{count}");
        foreach (var happened in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement))
        {
            var (name, state) = (happened.GetProperty("job").GetString()!, happened.GetProperty("state").GetString()!);
            if (state == "stopping" && states[name] != "stopping" && name != extra)
            {
                stops++;
                Assert.Equal("ready", states[extra]);
            }

            states[name] = state;
            var ready = states.Values.Count(one => one == "ready");
            Assert.True(ready >= count || !hasBegun, $"only {ready} ready after {happened}");
            hasBegun |= ready == count;
        }

        Assert.Equal(count * rounds, stops);
    }

    private static string Job(int port, string more) => $"web: {{command: [python3, -S, DIR/server.py], {more}ready: notify, sockets: ['127.0.0.1:{port}']}}";

    private static string? StateOf(JsonElement status, string name) => status.GetProperty("jobs").EnumerateArray()
        .Where(job => job.GetProperty("name").GetString() == name).Select(job => job.GetProperty("state").GetString()).FirstOrDefault();

    private static async Task<string> Get(int port)
    {
        using var limit = new CancellationTokenSource(ProgramRun.Limit);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), limit.Token);
        var answer = new StringBuilder();
        var buffer = new byte[1000];
        while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var received)
        {
            answer.Append(Encoding.ASCII.GetString(buffer, 0, received));
        }

        return answer.ToString();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
