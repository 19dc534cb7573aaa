using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Servers of Debian as jobs: they are queried, their main process is killed, they come back, they stop as they like to be stopped.</summary>
public class RealProgramTests
{
    [Fact]
    public async Task Nginx_comes_back_after_a_kill_and_its_old_workers_do_not_keep_the_port()
    {
        var port = FreePort();
        await using var daemon = await Daemon.Start(
            "web: {command: [/usr/sbin/nginx, -e, stderr, -p, DIR, -c, nginx.conf, -g, daemon off;], before_start: [{run: [/usr/sbin/nginx, -t, -e, stderr, -p, DIR, -c, nginx.conf]}]}",
            files: new Dictionary<string, string> { ["nginx.conf"] = NginxConfiguration(port) });
        using var logs = await daemon.Begin("logs", "-f", "web");
        await logs.Says("start worker process ");
        await logs.Says("start worker process ");
        Assert.Equal("hello", await Get(port));
        var workers = Kernel.ChildrenOf(await daemon.PidOf("web"));
        Assert.Equal(2, workers.Count);

        await daemon.Kill("web");
        await logs.Says("start worker process ");

        Assert.Equal("hello", await Get(port));
        Assert.DoesNotContain(workers, Kernel.IsAlive);
        var web = await daemon.Status("web");
        Assert.Equal(2, web.GetProperty("attempt").GetInt32());
        Assert.Equal("SIGKILL", web.GetProperty("last_exit").GetProperty("signal").GetString());
        Assert.DoesNotContain("Address already in use", await daemon.Does("logs", "web"));

        await daemon.Does("stop", "web");

        Assert.Equal(0, (await daemon.Status("web")).GetProperty("last_exit").GetProperty("code").GetInt32());
        await Assert.ThrowsAsync<HttpRequestException>(() => Get(port));
    }

    [Fact]
    public async Task Redis_keeps_its_data_over_a_kill_and_says_that_it_is_ready_to_exit_at_its_stop()
    {
        await using var daemon = await Daemon.Start("""
            cache:
              command: [redis-server, --port, '0', --unixsocket, DIR/redis.sock, --dir, DIR, --appendonly, 'yes', --appendfsync, always, --save, '']
            """);
        using var logs = await daemon.Begin("logs", "-f", "cache");
        await logs.Says("eady to accept connections");
        Assert.Equal("+OK", await Redis(daemon, "SET greeting hello"));

        await daemon.Kill("cache");
        await logs.Says("eady to accept connections");

        Assert.Equal("$5 hello", await Redis(daemon, "GET greeting"));
        Assert.Equal(1, (await daemon.Status("cache")).GetProperty("restarts").GetInt32());

        await daemon.Does("stop", "cache");

        await logs.Says("ready to exit");
        var end = (await daemon.Status("cache")).GetProperty("last_exit");
        Assert.Equal(("exited", 0), (end.GetProperty("cause").GetString(), end.GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task PostgreSQL_runs_as_its_own_user_recovers_from_a_kill_and_is_shut_down_cleanly()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can start programs as another user");
        var programs = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin";
        await using var daemon = await Daemon.Start($$"""
            folder: {kind: oneshot, command: [install, -d, -o, postgres, -m, '0700', DIR/pg]}
            db:
              command: [{{programs}}/postgres, -D, DIR/pg/data, -k, DIR/pg, -c, listen_addresses=, -c, autovacuum=off]
              before_start:
                - run: [sh, -c, 'test -e DIR/pg/data/PG_VERSION || {{programs}}/initdb -D DIR/pg/data -A trust --no-sync --no-locale -E UTF8']
                  timeout: 90s
              user: postgres
              depends_on: {folder: succeeded}
              stop: {signal: SIGINT, timeout: 60s}
            """);
        using var logs = await daemon.Begin("logs", "-f", "db");
        await logs.Says("database system is ready to accept connections");
        Assert.Equal("postgres", await Query(daemon, "create table t as select 'kept' as x; select current_user"));

        // A backend in a loop looks at nothing but signals: the death of its parent alone would not end it.
        using var busy = await ProgramRun.Start("psql", [.. ToDatabase(daemon), "-c", "do $$ begin raise warning 'busy'; loop end loop; end $$"]);
        await busy.ErrorSays("busy");
        var backends = Kernel.ChildrenOf(await daemon.PidOf("db"));
        Assert.True(backends.Count >= 4, $"{backends.Count} processes");

        await daemon.Kill("db");
        await logs.Says("was not properly shut down; automatic recovery in progress");
        await logs.Says("database system is ready to accept connections");

        Assert.DoesNotContain(backends, Kernel.IsAlive);
        Assert.Equal(2, (await daemon.Status("db")).GetProperty("attempt").GetInt32());
        Assert.DoesNotContain("pre-existing shared memory", await daemon.Does("logs", "db"));
        Assert.Equal("kept", await Query(daemon, "select x from t"));

        var end = await daemon.Stop();

        Assert.Equal(0, end.Code);
        await logs.Says("database system is shut down");
        Assert.Contains("db: stopped: exited with code 0", end.Error);
    }

    private static string NginxConfiguration(int port) => $$"""
        user root;
        worker_processes 2;
        pid nginx.pid;
        error_log stderr notice;
        events { }
        http {
          access_log off;
          client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
          server { listen 127.0.0.1:{{port}}; return 200 "hello"; }
        }
        """;

    // Bound and given up again: nobody else on this machine is likely to take it in the next moment.
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<string> Get(int port)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        return await client.GetStringAsync($"http://127.0.0.1:{port}/");
    }

    private static async Task<string> Redis(Daemon daemon, string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(daemon.Folder, "redis.sock")));
        await socket.SendAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        var bytes = new byte[1024];
        return Encoding.ASCII.GetString(bytes, 0, await socket.ReceiveAsync(bytes)).Trim().Replace("\r\n", " ");
    }

    private static string[] ToDatabase(Daemon daemon) => ["-X", "-q", "-h", Path.Combine(daemon.Folder, "pg"), "-U", "postgres", "-At"];

    private static async Task<string> Query(Daemon daemon, string query)
    {
        var answer = await ProgramRun.ToEnd("psql", [.. ToDatabase(daemon), "-c", query]);
        Assert.True(answer.Code == 0, answer.ToString());
        return answer.Out.Trim();
    }
}
