using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>docs/readiness.md: probes, asked of servers that behave badly.</summary>
public class ProbeTests
{
    [Fact]
    public async Task A_job_is_ready_when_its_server_answers_and_its_dependents_wait_for_that()
    {
        await using var daemon = await Daemon.Start("""
            web:
              command: [python3, -c, "import http.server, socketserver; s = socketserver.TCPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler); open('DIR/port.tmp','w').write(str(s.server_address[1])); import os; os.rename('DIR/port.tmp','DIR/port'); s.serve_forever()"]
              directory: DIR
              ready: {exec: [sh, -c, 'curl -fsS -o /dev/null http://127.0.0.1:$(cat DIR/port)/'], interval: 100ms, timeout: 10s}
            app: {command: [sleep, '1000'], depends_on: [web]}
            """);

        await daemon.WaitFor("ready", "app");

        var web = await daemon.Status("web");
        Assert.Equal(("ready", 1), (web.GetProperty("state").GetString(), web.GetProperty("attempt").GetInt32()));
    }

    [Theory]
    [InlineData("hangs", "no answer within 0.3 s")]
    [InlineData("closes", "the connection was closed without an answer")]
    [InlineData("drips", "no answer within 0.3 s")]
    [InlineData("endless headers", "the answer's head is longer than 32 KiB")]
    [InlineData("ssh", "the answer is not HTTP: 'SSH-2.0-OpenSSH_9.9..'")]
    [InlineData("500", "status 500, expected 200-399")]
    [InlineData("nobody", "Connection refused")]
    public async Task A_server_that_answers_badly_costs_a_bounded_time_and_is_told(string how, string why)
    {
        await using var server = new BadServer(how);
        await using var daemon = await Daemon.Start($$"""
            web: {command: [sleep, '1000'], ready: {http: 'http://127.0.0.1:{{server.Port}}/', interval: 50ms, timeout: 300ms } }
            other: {command: [sleep, '1000']}
            """);

        await Until(daemon, job => job.GetProperty("status_text").GetString() is { } text && text.StartsWith("not ready: ", StringComparison.Ordinal));

        Assert.Contains(why, (await daemon.Status("web")).GetProperty("status_text").GetString());
        Assert.Equal("ready", (await daemon.Status("other")).GetProperty("state").GetString());
        Assert.Equal("running", (await daemon.Status("web")).GetProperty("state").GetString());
        Assert.True(server.MostAtOnce <= 1, "probes overlap");
    }

    [Theory]
    [InlineData("endless body")]
    [InlineData("interim")]
    public async Task An_answer_with_a_good_head_passes(string how)
    {
        await using var server = new BadServer(how);
        await using var daemon = await Daemon.Start($$"""
            web: {command: [sleep, '1000'], ready: {http: 'http://localhost:{{server.Port}}/health?x=1', headers: {X-Probe: "yes"}, timeout: 300ms } }
            """);

        await daemon.WaitFor("ready", "web");

        Assert.StartsWith("GET /health?x=1 HTTP/1.1\r\n", server.LastRequest);
        Assert.Contains($"\r\nHost: localhost:{server.Port}\r\n", server.LastRequest);
        Assert.Contains("\r\nX-Probe: yes\r\n", server.LastRequest);
    }

    [Fact]
    public async Task A_job_that_gets_unhealthy_is_asked_to_stop_and_comes_back()
    {
        await using var daemon = await Daemon.Start("""
            web:
              command: [sh, -c, 'trap "echo asked to stop; exit 0" TERM; touch DIR/well; echo up; while :; do sleep 0.05; done']
              health: {exec: [test, -e, DIR/well], interval: 100ms, failures: 2, start_period: 60s}
              restart: {delay: 10ms}
            """);
        using var logs = await daemon.Begin("logs", "-f", "web");
        await Until(daemon, job => job.GetProperty("health").GetProperty("state").GetString() == "healthy");

        File.Delete(Path.Combine(daemon.Folder, "well"));
        await logs.Says("asked to stop");
        await Until(daemon, job => job.GetProperty("attempt").GetInt32() == 2 && job.GetProperty("health") is { ValueKind: JsonValueKind.Object } health && health.GetProperty("state").GetString() == "healthy");

        var end = (await daemon.Status("web")).GetProperty("last_exit");
        Assert.Equal(("unhealthy", 0), (end.GetProperty("cause").GetString(), end.GetProperty("code").GetInt32()));
        Assert.Contains("was unhealthy and was ended", await daemon.Does("why", "web"));
    }

    [Fact]
    public async Task A_probe_by_a_unix_socket()
    {
        await using var daemon = await Daemon.Start(
            "web: {command: [python3, web.py], directory: DIR, ready: {http: 'http://localhost/ok', socket: DIR/web.sock, interval: 50ms}}",
            files: new Dictionary<string, string>
            {
                ["web.py"] = """
                    import http.server, socketserver
                    class Handler(http.server.BaseHTTPRequestHandler):
                        def do_GET(self):
                            self.send_response(200 if self.path == "/ok" else 500)
                            self.send_header("Content-Length", "2")
                            self.end_headers()
                            self.wfile.write(b"ok")
                        def address_string(self):
                            return "unix"
                    socketserver.UnixStreamServer("web.sock", Handler).serve_forever()
                    """,
            });

        await daemon.WaitFor("ready", "web");
        Assert.Contains("(GET http://localhost:80/ok by DIR/web.sock)".Replace("DIR", daemon.Folder), await daemon.Does("why", "web"));
    }

    private static Task Until(Daemon daemon, Func<JsonElement, bool> fits) => daemon.Comes(status => fits(status.GetProperty("jobs")[0]));

    /// <summary>A server that does to every client what it is told.</summary>
    private sealed class BadServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _over = new();
        private readonly string _how;
        private readonly Task _serving;
        private int _now;

        public BadServer(string how)
        {
            _how = how;
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            if (how == "nobody")
            {
                _listener.Stop();
            }

            _serving = how == "nobody" ? Task.CompletedTask : Serve();
        }

        public int Port { get; }

        public int MostAtOnce { get; private set; }

        public string LastRequest { get; private set; } = "";

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _serving;
            _listener.Dispose();
        }

        private async Task Serve()
        {
            while (!_over.IsCancellationRequested)
            {
                try
                {
                    using var client = await _listener.AcceptSocketAsync(_over.Token);
                    // One after the other: a second connection that waits shows as one that is here already.
                    _now = 1 + (_listener.Pending() ? 1 : 0);
                    MostAtOnce = Math.Max(MostAtOnce, _now);
                    await Answer(client);
                }
                catch (Exception e) when (e is OperationCanceledException or SocketException)
                {
                    // The client has had enough.
                }
            }
        }

        private async Task Answer(Socket client)
        {
            var bytes = new byte[4096];
            LastRequest = Encoding.ASCII.GetString(bytes, 0, await client.ReceiveAsync(bytes, _over.Token));
            switch (_how)
            {
                case "closes":
                    return;
                case "drips":
                    await Repeat(client, "HTTP/1.1 200 OK\r\nX: ", "x", delay: 20);
                    break;
                case "endless headers":
                    await Repeat(client, "HTTP/1.1 200 OK\r\n", "X-More: yes\r\n", delay: 0);
                    break;
                case "endless body":
                    await Repeat(client, "HTTP/1.1 200 OK\r\n\r\n", "more and more", delay: 0);
                    break;
                case "interim":
                    await client.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), _over.Token);
                    break;
                case "ssh":
                    await client.SendAsync("SSH-2.0-OpenSSH_9.9\r\n"u8.ToArray(), _over.Token);
                    break;
                case "500":
                    await client.SendAsync("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _over.Token);
                    break;
            }

            // What hangs goes on until the client leaves.
            while (await client.ReceiveAsync(bytes, _over.Token) > 0)
            {
            }
        }

        private async Task Repeat(Socket client, string first, string more, int delay)
        {
            await client.SendAsync(Encoding.ASCII.GetBytes(first), _over.Token);
            while (true)
            {
                await client.SendAsync(Encoding.ASCII.GetBytes(more), _over.Token);
                if (delay > 0)
                {
                    await Task.Delay(delay, _over.Token);
                }
            }
        }
    }
}
