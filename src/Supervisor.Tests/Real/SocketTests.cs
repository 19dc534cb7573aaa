using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Sockets that the supervisor opens and hands over, with a server in Python that takes them as sd_listen_fds(3) says.</summary>
public class SocketTests
{
    private const string Server = """
        import os, socket, sys
        assert int(os.environ['LISTEN_PID']) == os.getpid(), os.environ['LISTEN_PID']
        count = int(os.environ['LISTEN_FDS'])
        names = os.environ['LISTEN_FDNAMES']
        served = socket.socket(fileno=3)
        limit = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
        for number in range(limit):
            connection, _ = served.accept()
            connection.recv(1)
            connection.sendall(f'{os.getpid()} {count} {names}'.encode())
            connection.close()
        """;

    private static readonly Dictionary<string, string> _files = new() { ["server.py"] = Server };

    [Fact]
    public async Task They_are_handed_over_as_sd_listen_fds_says_and_the_board_comes_after_them()
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start(
            $"web: {{command: [python3, DIR/server.py], sockets: [{{listen: '127.0.0.1:{port}', name: http}}, {{listen: DIR/web.sock, name: local, mode: '0600'}}]}}", files: _files);

        var answer = await Ask(port);

        Assert.Equal($"{await daemon.PidOf("web")} 2 http:local", answer);
        Assert.Contains("SUPERVISOR_BOARD_FD=5", (await File.ReadAllTextAsync($"/proc/{await daemon.PidOf("web")}/environ")).Split('\0'));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(daemon.Folder, "web.sock")));
        await daemon.Stop();
        Assert.False(File.Exists(Path.Combine(daemon.Folder, "web.sock")));
    }

    [Fact]
    public async Task No_connection_is_refused_through_a_hundred_restarts()
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start(
            $"web: {{command: [python3, -S, DIR/server.py, '5'], sockets: ['127.0.0.1:{port}'], restart: {{policy: always, delay: 1ms, factor: 1}}}}", files: _files);
        var pids = new HashSet<string>();

        // Every fifth request ends the server; the next ones wait in the queue of the socket.
        for (var request = 0; request < 505; request++)
        {
            pids.Add((await Ask(port)).Split(' ')[0]);
        }

        Assert.True(pids.Count > 100, $"{pids.Count} processes");
        Assert.True((await daemon.Status("web")).GetProperty("restarts").GetInt32() >= 100);
    }

    [Fact]
    public async Task Requests_of_many_clients_at_once_are_all_answered_through_kills_and_restarts()
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start($"web: {{command: [python3, -S, DIR/server.py], instances: 2, sockets: ['127.0.0.1:{port}'], restart: {{delay: 1ms}}}}", files: _files);
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var answered = 0;
            while (!over.IsCancellationRequested)
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                // Refused is what must never be; a connection that a killed server had taken already is cut, and that is its right.
                await socket.ConnectAsync(IPAddress.Loopback, port);
                answered += await Answer(socket) is { Length: > 0 } ? 1 : 0;
            }

            return answered;
        })).ToList();

        for (var round = 0; round < 5; round++)
        {
            await daemon.Does("restart", "web", "--rolling");
            await daemon.Kill("web@0");
            await daemon.WaitFor("ready", "web");
        }

        await over.CancelAsync();
        Assert.All(await Task.WhenAll(clients), answered => Assert.True(answered > 0));
    }

    [Fact]
    public async Task On_demand_the_first_connection_starts_it()
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start($"web: {{command: [python3, DIR/server.py, '1'], start: on-demand, sockets: ['127.0.0.1:{port}']}}", files: _files);
        var web = await daemon.Status("web");
        Assert.Equal(("waiting", "starts at the first connection", true), (web.GetProperty("state").GetString(), web.GetProperty("next").GetProperty("action").GetString(), web.GetProperty("listening").GetBoolean()));
        Assert.Equal(0, (await daemon.Supervisor("status")).Code);

        // Each ends after one answer and is started again by the next connection.
        var first = await Ask(port);
        var second = await Ask(port);

        Assert.NotEqual(first, second);
        await daemon.Comes(status => status.GetProperty("jobs")[0].GetProperty("listening").GetBoolean());
    }

    [Fact]
    public async Task One_that_never_takes_its_connection_is_given_up_and_refuses_the_next()
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start($"web: {{command: [CHILD, exit, '0'], start: on-demand, sockets: ['127.0.0.1:{port}']}}");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);

        await daemon.LogSays("it ends without taking them; given up");

        await daemon.Comes(status => status.GetProperty("jobs")[0].GetProperty("state").GetString() == "failed");
        await Assert.ThrowsAsync<SocketException>(() => Ask(port));
    }

    [Fact]
    public async Task A_port_in_use_is_told_and_taken_as_soon_as_it_is_free()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        await using var daemon = await Daemon.Start($"web: {{command: [python3, DIR/server.py], sockets: ['127.0.0.1:{port}'], restart: {{max_delay: 200ms}}}}", files: _files);
        await daemon.LogSays($"failed to start: opening its sockets: Address already in use (127.0.0.1:{port})");

        other.Close();
        await daemon.WaitFor("ready", "web");

        Assert.NotEmpty(await Ask(port));
    }

    [Fact]
    public async Task An_apply_opens_the_new_one_keeps_the_same_one_and_closes_the_old_one()
    {
        var (kept, old, @new) = (FreePort(), FreePort(), FreePort());
        await using var daemon = await Daemon.Start($"web: {{command: [python3, DIR/server.py], sockets: ['127.0.0.1:{kept}', '127.0.0.1:{old}']}}", files: _files);
        var inode = await InodeOf(daemon, 3);

        await daemon.Reconfigure($"web: {{command: [python3, DIR/server.py], environment: {{A: b}}, sockets: ['127.0.0.1:{kept}', '127.0.0.1:{@new}']}}");
        await daemon.Does("apply");

        Assert.Equal(inode, await InodeOf(daemon, 3));
        Assert.NotEmpty(await Ask(kept));
        using var connected = await Connect(@new);
        await Assert.ThrowsAsync<SocketException>(() => Connect(old));
    }

    [Fact]
    public async Task A_stop_closes_it_and_a_start_opens_it_again()
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start($"web: {{command: [python3, DIR/server.py], sockets: ['127.0.0.1:{port}']}}", files: _files);

        await daemon.Does("stop", "web");
        await Assert.ThrowsAsync<SocketException>(() => Connect(port));
        await daemon.Does("start", "web");

        Assert.NotEmpty(await Ask(port));
    }

    [Fact]
    public async Task A_program_of_systemd_takes_them_is_started_on_demand_and_ends_when_it_is_idle()
    {
        const string Proxy = "/lib/systemd/systemd-socket-proxyd";
        Assert.SkipUnless(File.Exists(Proxy), "no systemd-socket-proxyd on this machine");
        var (port, behind) = (FreePort(), FreePort());
        await using var daemon = await Daemon.Start(
            $$"""
            web: {command: [python3, DIR/server.py], sockets: ['127.0.0.1:{{behind}}']}
            proxy: {command: [{{Proxy}}, --exit-idle-time=1s, '127.0.0.1:{{behind}}'], start: on-demand, sockets: ['127.0.0.1:{{port}}'], depends_on: [web]}
            """, files: _files);

        Assert.StartsWith($"{await daemon.PidOf("web")} ", await Ask(port));
        await daemon.Comes(status => status.GetProperty("jobs")[1].GetProperty("listening").GetBoolean());
        Assert.NotEmpty(await Ask(port));

        Assert.Contains($"127.0.0.1:{port} as proxy", await daemon.Does("show", "proxy"));
    }

    [Fact]
    public async Task Datagrams_and_unix_sockets_of_every_kind_are_handed_over()
    {
        await using var daemon = await Daemon.Start(
            $"web: {{command: [CHILD, sleep], sockets: [{{listen: '127.0.0.1:{FreePort()}', type: datagram}}, {{listen: DIR/run/a/s.sock}}, {{listen: DIR/d.sock, type: datagram}}, {{listen: DIR/q.sock, type: seqpacket}}, '@{Guid.NewGuid():N}', '*:{FreePort()}']}}");

        var pid = await daemon.PidOf("web");
        Assert.All(Enumerable.Range(3, 6), number => Assert.StartsWith("socket:", new FileInfo($"/proc/{pid}/fd/{number}").LinkTarget));
        Assert.False(File.Exists($"/proc/{pid}/fd/10"));
    }

    private static async Task<string?> InodeOf(Daemon daemon, int descriptor) => new FileInfo($"/proc/{await daemon.PidOf("web")}/fd/{descriptor}").LinkTarget;

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<Socket> Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> Ask(int port)
    {
        using var socket = await Connect(port);
        return await Answer(socket);
    }

    private static async Task<string> Answer(Socket socket)
    {
        using var limit = new CancellationTokenSource(ProgramRun.Limit);
        var buffer = new byte[256];
        var text = new StringBuilder();
        try
        {
            await socket.SendAsync(new byte[] { 1 }, limit.Token);
            while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var count)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (SocketException cut) when (cut.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // The server was killed in the middle of it.
        }

        return text.ToString();
    }
}
