using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>docs/readiness.md: sd_notify, with clients that nobody here wrote.</summary>
public class NotifyTests
{
    [Fact]
    public async Task systemd_notify_from_a_shell_script()
    {
        await using var daemon = await Daemon.Start("""
            web:
              command: [sh, -c, 'systemd-notify --status="warming up"; echo told; read x <DIR/go; systemd-notify --ready --status="serving 7 clients"; exec sleep 1000']
              ready: notify
              before_start: [{run: [mkfifo, DIR/go]}]
            app: {command: [sleep, '1000'], depends_on: [web]}
            """);
        using var logs = await daemon.Begin("logs", "-f", "web");
        await logs.Says("told");
        // The barrier of systemd-notify: what it told is there when it has ended.
        var web = await daemon.Status("web");
        Assert.Equal(("running", "warming up"), (web.GetProperty("state").GetString(), web.GetProperty("status_text").GetString()));
        Assert.Equal("waiting", (await daemon.Status("app")).GetProperty("state").GetString());

        await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "go"), "\n");
        await daemon.WaitFor("ready", "web", "app");

        web = await daemon.Status("web");
        Assert.Equal("serving 7 clients", web.GetProperty("status_text").GetString());
        Assert.Equal((0, 0), (Count(web, "foreign"), Count(web, "malformed")));
    }

    [Fact]
    public async Task A_message_of_a_process_that_is_not_the_jobs_is_dropped_and_counted()
    {
        await using var daemon = await Daemon.Start("""
            web: {command: [sh, -c, 'echo "$NOTIFY_SOCKET"; exec sleep 1000'], ready: notify}
            """);
        await daemon.Comes(status => File.Exists(Path.Combine(daemon.Folder, "run", "notify", "web")) && status.GetProperty("jobs")[0].GetProperty("state").GetString() == "running");

        var sent = await ProgramRun.ToEnd(
            "systemd-notify", ["--ready", "--no-block"], new Dictionary<string, string> { ["NOTIFY_SOCKET"] = Path.Combine(daemon.Folder, "run", "notify", "web") }, daemon.Folder);

        Assert.Equal(0, sent.Code);
        await daemon.Comes(status => Count(status.GetProperty("jobs")[0], "foreign") == 1);
        Assert.Equal("running", (await daemon.Status("web")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Debians_python_client_beats_reloads_and_says_its_last_words()
    {
        await using var daemon = await Daemon.Start(
            "web: {command: [/usr/bin/python3, -u, web.py], directory: DIR, ready: notify, watchdog: 20s, reload: {signal: SIGHUP, notify: true}, restart: never}",
            files: new Dictionary<string, string>
            {
                ["web.py"] = """
                    import os, signal, socket, sys, time
                    import sdnotify
                    n = sdnotify.SystemdNotifier(debug=True)
                    def reload(*_):
                        n.notify("RELOADING=1\nMONOTONIC_USEC=%d" % (time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000))
                        print("re-reading", flush=True)
                        time.sleep(0.05)
                        n.notify("READY=1")
                    signal.signal(signal.SIGHUP, reload)
                    assert os.environ["WATCHDOG_USEC"] == "20000000" and os.environ["WATCHDOG_PID"] == str(os.getpid()), os.environ
                    n.notify("READY=1")
                    for i in range(5):
                        n.notify("WATCHDOG=1")
                    print("beaten", flush=True)
                    while not os.path.exists("end"):
                        time.sleep(0.02)
                    n.notify("STATUS=cannot go on\nERRNO=98")
                    sys.exit(3)
                    """,
            });
        using var logs = await daemon.Begin("logs", "-f", "web");
        await logs.Says("beaten");
        await daemon.WaitFor("ready", "web");
        await daemon.Does("reload", "web");
        Assert.Contains("reloaded", await daemon.Does("why", "web"));

        await File.WriteAllTextAsync(Path.Combine(daemon.Folder, "end"), "");
        await daemon.WaitFor("stopped", "web");

        var web = await daemon.Status("web");
        Assert.Equal("cannot go on, errno 98", web.GetProperty("last_exit").GetProperty("last_words").GetString());
        Assert.True(Count(web, "messages") >= 9);
    }

    [Fact]
    public async Task Redis_supervised_by_systemd_is_ready_when_it_says_so()
    {
        await using var daemon = await Daemon.Start("""
            cache:
              command: [redis-server, --port, '0', --unixsocket, DIR/redis.sock, --dir, DIR, --save, '', --supervised, systemd]
              ready: notify
            """);
        await daemon.WaitFor("ready", "cache");
        var cache = await daemon.Status("cache");
        Assert.Equal("Ready to accept connections", cache.GetProperty("status_text").GetString());
        Assert.True(File.Exists(Path.Combine(daemon.Folder, "redis.sock")));
    }

    [Fact]
    public async Task PostgreSQL_of_Debian_tells_as_another_user()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can start programs as another user");
        var programs = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin";
        await using var daemon = await Daemon.Start($$"""
            folder: {kind: oneshot, command: [install, -d, -o, postgres, -m, '0700', DIR/pg]}
            db:
              command: [{{programs}}/postgres, -D, DIR/pg/data, -k, DIR/pg, -c, listen_addresses=, -c, autovacuum=off]
              before_start: [{run: [{{programs}}/initdb, -D, DIR/pg/data, -A, trust, --no-sync, --no-locale, -E, UTF8], timeout: 90s}]
              user: postgres
              depends_on: {folder: succeeded}
              ready: notify
              stop: {signal: SIGINT, timeout: 60s}
            """);
        await daemon.WaitFor("ready", "db");
        var answer = await ProgramRun.ToEnd("psql", ["-X", "-q", "-h", Path.Combine(daemon.Folder, "pg"), "-U", "postgres", "-At", "-c", "select 1"]);
        Assert.Equal("1", answer.Out.Trim());
        Assert.Equal(0, Count(await daemon.Status("db"), "foreign"));
    }

    [Fact]
    public async Task Nginx_as_a_daemon_that_forks_twice_is_followed_by_its_MAINPID()
    {
        await using var daemon = await Daemon.Start(
            """
            web:
              command: [sh, -c, 'nginx -e stderr -p DIR -c nginx.conf && systemd-notify --ready --pid=$(cat DIR/nginx.pid)']
              ready: notify
              restart: {policy: always, delay: 10ms}
            """,
            files: new Dictionary<string, string>
            {
                ["nginx.conf"] = """
                    user root; worker_processes 1; pid nginx.pid; error_log stderr notice; events { }
                    http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                      server { listen 127.0.0.1:PORT; return 200 "hello"; } }
                    """.Replace("PORT", $"{FreePort()}"),
            });
        await daemon.WaitFor("ready", "web");
        var master = int.Parse(await File.ReadAllTextAsync(Path.Combine(daemon.Folder, "nginx.pid")));
        await daemon.Comes(status => status.GetProperty("jobs")[0].GetProperty("pid").GetInt32() == master);
        var workers = Kernel.ChildrenOf(master);

        // Its shell has long ended; its own end is the end of the run.
        Kernel.Signal(master, Kernel.SigKill);
        await daemon.Comes(status => status.GetProperty("jobs")[0] is var web && web.GetProperty("attempt").GetInt32() == 2 && web.GetProperty("state").GetString() == "ready");
        var end = (await daemon.Status("web")).GetProperty("last_exit");
        Assert.Equal(("signal", "SIGKILL", master), (end.GetProperty("cause").GetString(), end.GetProperty("signal").GetString(), end.GetProperty("pid").GetInt32()));
        Assert.DoesNotContain(workers, Kernel.IsAlive);

        await daemon.Does("stop", "web");
        Assert.Equal("stopped", (await daemon.Status("web")).GetProperty("state").GetString());
        Assert.DoesNotContain(Kernel.ProcessesOf(daemon.Folder), process => process.Command.Contains("nginx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_job_leaves_with_the_supervisor_comes_back_after_its_restart()
    {
        await using var daemon = await Daemon.Start(
            "web: {command: [/usr/bin/python3, -u, web.py], directory: DIR, file_descriptor_store: 2, sockets: [{listen: DIR/web.sock, name: http}], restart: {delay: 10ms}}",
            files: new Dictionary<string, string>
            {
                ["web.py"] = """
                    import array, os, socket, sys, time
                    assert os.environ["LISTEN_PID"] == str(os.getpid())
                    names = os.environ["LISTEN_FDNAMES"].split(":")
                    print("names", names, flush=True)
                    if names == ["http"]:
                        def store(text, *descriptors):
                            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                            s.connect(os.environ["NOTIFY_SOCKET"])
                            s.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
                        m = os.memfd_create("state")
                        os.write(m, b"remembered")
                        store(b"FDSTORE=1\nFDNAME=state", m)
                        store(b"FDSTORE=1\nFDNAME=state", m)
                        r, w = os.pipe()
                        os.close(r)
                        store(b"FDSTORE=1\nFDNAME=broken", w)
                        os.close(w)
                        sys.exit(1)
                    assert names == ["http", "state"] and os.environ["LISTEN_FDS"] == "2"
                    print("found", os.pread(4, 100, 0).decode(), flush=True)
                    time.sleep(1000)
                    """,
            });
        using var logs = await daemon.Begin("logs", "-f", "web");
        await logs.Says("found remembered");
        Assert.Equal(1, Count(await daemon.Status("web"), "stored_descriptors"));

        await daemon.Does("stop", "web");
        Assert.Equal(0, Count(await daemon.Status("web"), "stored_descriptors"));
    }

    [Fact]
    public async Task Hostile_messages_are_bounded_and_counted()
    {
        await using var daemon = await Daemon.Start(
            "web: {command: [/usr/bin/python3, -u, bad.py], directory: DIR, ready: notify}\nother: {command: [sleep, '1000']}",
            files: new Dictionary<string, string>
            {
                ["bad.py"] = """
                    import array, os, socket, time
                    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                    s.connect(os.environ["NOTIFY_SOCKET"])
                    s.send(b"STATUS=" + b"x" * 100000)
                    s.send(b"READY=1\0")
                    s.send(os.urandom(1000).replace(b"\0", b"x"))
                    s.send(b"")
                    s.send(b"WATCHDOG_USEC=many\nMAINPID=-1")
                    s.send(b"MAINPID=1")
                    s.send(b"BARRIER=1")
                    r, w = os.pipe()
                    for i in range(300):
                        s.sendmsg([b"STATUS=%d" % i], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [w] * 200))])
                    os.close(w)
                    print("open" if os.read(r, 1) else "all closed", flush=True)
                    for i in range(20000):
                        s.send(b"STATUS=%d" % i)
                    s.send(b"READY=1\nSTATUS=done \x1b[31m")
                    time.sleep(1000)
                    """,
            });
        using var logs = await daemon.Begin("logs", "-f", "web");
        await logs.Says("all closed");
        await daemon.WaitFor("ready", "web", "other");

        var web = (await daemon.Status()).GetProperty("jobs")[0];
        Assert.Equal("done \uFFFD[31m", web.GetProperty("status_text").GetString());
        Assert.True(Count(web, "malformed") >= 5, $"{web}");
        Assert.Equal(60_000, Count(web, "closed_descriptors"));
        Assert.Contains("MAINPID=1: that process does not belong to the job", await daemon.Does("why", "web") + daemon.Log);
        // Its own assemblies aside: CoreCLR keeps each open.
        Assert.InRange(Directory.GetFiles($"/proc/{daemon.Pid}/fd").Count(file => new FileInfo(file).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) is false), 1, 100);
    }

    [Fact]
    public async Task A_job_in_a_chroot_reaches_the_supervisor()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can change the root directory");
        await using var daemon = await Daemon.Start("""
            web: {command: [/bin/sh, -c, 'case $NOTIFY_SOCKET in @*) ;; *) exit 1 ;; esac; systemd-notify --ready; exec sleep 1000'], chroot: /, user: nobody, ready: notify}
            """);
        await daemon.WaitFor("ready", "web");
    }

    // Bound and given up again: nobody else on this machine is likely to take it in the next moment.
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static long Count(JsonElement job, string what) => job.GetProperty("notifications").GetProperty(what).GetInt64();
}
