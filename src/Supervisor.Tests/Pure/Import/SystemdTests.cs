using Supervisor.Import.Systemd;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Import;

public sealed class SystemdTests : ImportTest
{
    private Dictionary<string, JobSpec> Units(params string[] names) => Jobs([.. names.Select(name => Sample("systemd/" + name))]);

    private static string UnitText(params string[] names) => Text([.. names.Select(name => Sample("systemd/" + name))]);

    [Fact]
    public void A_web_server_that_forks()
    {
        var nginx = Units("nginx.service")["nginx"];

        Assert.Equal(["/usr/sbin/nginx", "-t", "-q", "-g", "daemon on; master_process on;"], Assert.Single(nginx.BeforeStart).Command);
        Assert.Equal(SignalTarget.Main, nginx.Stop.To);
        Assert.Equal(["/bin/sh", "-c", "/sbin/start-stop-daemon --quiet --stop --retry QUIT/5 --pidfile /run/nginx.pid || :"], nginx.Stop.Steps[0].Run!);
        Assert.Equal([(Signal.Term, 5), (Signal.Kill, 0)], nginx.Stop.Steps.Skip(1).Select(step => (step.Signal!.Value, (int)step.Wait.TotalSeconds)));
        Assert.Equal(RestartPolicy.Never, nginx.Restart.Policy);
        Assert.Contains("Type=forking\n    #   the program must stay in the foreground", UnitText("nginx.service"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_value_store()
    {
        var redis = Units("redis-server.service")["redis-server"];

        Assert.Equal(("redis", "redis", 7, -900, true), (redis.Process.User, redis.Process.Group, redis.Process.Umask, redis.Process.OomScoreAdjust, redis.Process.NoNewPrivileges));
        Assert.Equal(new ResourceLimit(RlimitResource.Nofile, 65535, 65535), Assert.Single(redis.Process.Limits));
        Assert.Equal((SignalTarget.Group, TimeSpan.FromDays(365)), (redis.Stop.To, redis.Stop.Steps[0].Wait));
        Assert.Contains("SystemCallFilter=@system-service\n    #   no sandbox", UnitText("redis-server.service"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_of_a_database_with_a_comment_inside_a_command()
    {
        var postgres = Units("postgresql@.service")["postgresql"];

        Assert.Equal(
            ["/usr/lib/postgresql/17/bin/postgres", "-D", "/var/lib/postgresql/0", "-c", "config_file=/etc/postgresql/0/postgresql.conf", "-c", "unix_socket_directories=/run/postgresql"],
            postgres.Process.Command);
        Assert.Equal((Signal.Int, Signal.Hup, null), (postgres.Stop.Steps[0].Signal, postgres.Reload?.Signal, postgres.StartTimeout));
        Assert.Equal((true, null), (postgres.Name.IsNumbered, postgres.Restart.Limit));
    }

    [Fact]
    public void An_instance_of_a_template_has_its_value()
    {
        var file = Write("db@17-main.service", "[Service]\nExecStart=/bin/postgres -D /var/lib/%i --name=%p:%n:%I:%%\n");

        Assert.Equal(["/bin/postgres", "-D", "/var/lib/17-main", "--name=db:db@17-main.service:17/main:%"], Jobs(file)["db-17-main"].Process.Command);
    }

    [Fact]
    public void Variables_that_are_known_only_at_the_start_need_a_shell()
    {
        var prometheus = Units("prometheus.service")["prometheus"];

        Assert.Equal(["/bin/sh", "-c", "exec /usr/bin/prometheus --storage.tsdb.path=/var/lib/prometheus --web.external-url=http://\"${PUBLIC_NAME}\"/prom $ARGS"], prometheus.Process.Command);
        Assert.Equal((TimeSpan.FromSeconds(5), 1.0, 5, TimeSpan.FromSeconds(500)), (prometheus.Restart.Delay, prometheus.Restart.Factor, prometheus.Restart.Limit, prometheus.Restart.Within));
        Assert.Equal(Signal.Hup, prometheus.Reload?.Signal);
        Assert.Equal(new ResourceLimit(RlimitResource.Nofile, 65536, 131072), Assert.Single(prometheus.Process.Limits));
    }

    [Theory]
    [InlineData("ExecStart=/bin/a $X ${Y}z \"$Z\"\nEnvironment=X='1 2' Y=3 'Z=4 5'", new[] { "/bin/a", "1", "2", "3z", "4", "5" })]
    [InlineData("ExecStart=/bin/a $$HOME $${HOME} 'q r' \"s\\x20t\" \\n", new[] { "/bin/a", "$HOME", "${HOME}", "q r", "s t", "\n" })]
    [InlineData("ExecStart=:/bin/a $X", new[] { "/bin/a", "$X" })]
    [InlineData("ExecStart=@/bin/a b c", new[] { "/bin/a", "c" })]
    [InlineData("ExecStart=/bin/a $X 'it''s' $$Y", new[] { "/bin/sh", "-c", "exec /bin/a $X its '$Y'" })]
    public void Words_of_a_command(string lines, string[] words) => Assert.Equal(words, Jobs(Write("a.service", $"[Service]\n{lines}\n"))["a"].Process.Command);

    [Fact]
    public void Dependencies_hold_among_the_files_and_a_socket_belongs_to_its_service()
    {
        var (jobs, text) = (Units("gitea.service", "gitea.socket", "redis-server.service"), UnitText("gitea.service", "gitea.socket", "redis-server.service"));

        Assert.Equal(new Dependency("redis-server", DependencyCondition.Ready), Assert.Single(jobs["gitea"].DependsOn));
        Assert.Equal([new("USER", "git"), new("HOME", "/home/git"), new("GITEA_WORK_DIR", "/var/lib/gitea")], jobs["gitea"].Process.Environment);
        Assert.Equal(TimeSpan.FromSeconds(30), jobs["gitea"].Watchdog);
        Assert.Contains("{listen: /run/gitea/gitea.sock, name: web, mode: \"0666\", user: git}", text, StringComparison.Ordinal);
        Assert.Contains("{listen: /run/gitea/log.sock, name: web, type: datagram, mode: \"0666\", user: git}", text, StringComparison.Ordinal);
        Assert.Contains("{listen: 443, name: web}", text, StringComparison.Ordinal);
        Assert.Equal(
            [("443", SocketKind.Stream), ("/run/gitea/gitea.sock", SocketKind.Stream), ("/run/gitea/log.sock", SocketKind.Datagram)],
            jobs["gitea"].Sockets.Select(socket => (socket.Path ?? socket.Port.ToString(), socket.Kind)));
        Assert.Contains("# gitea-after: {kind: oneshot, command: [/usr/local/bin/warm-up, --url, \"http://127.0.0.1:3000\"], depends_on: {gitea: ready}}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ends_that_count_and_priorities()
    {
        var sonarr = Units("sonarr.service")["sonarr"];

        Assert.Equal([.. RestartSpec.DefaultSuccess, ExitMatch.OfCode(143), ExitMatch.OfCode(75), ExitMatch.OfSignal(new(10))], sonarr.Restart.Success);
        Assert.Equal([ExitMatch.OfCode(1), ExitMatch.OfCode(6), ExitMatch.OfSignal(Signal.Abrt)], sonarr.Restart.NeverOn);
        Assert.Equal((5, IoClass.Idle), (sonarr.Process.Nice, sonarr.Process.IoPriority?.Class));
        Assert.Equal([0, 2, 3], sonarr.Process.CpuAffinity);
        Assert.Equal(["/opt/Sonarr/Sonarr", "-nobrowser", "-data=/var/lib/sonarr"], sonarr.Process.Command);
    }

    [Fact]
    public void Credentials_are_copies_of_files()
    {
        var file = Write("a.service", "[Service]\nExecStart=/bin/a\nLoadCredential=key:/etc/a.key\nLoadCredential=other\n");

        Assert.Contains("credentials: {key: /etc/a.key}", Text(file), StringComparison.Ordinal);
        Assert.Contains("a.service:4: LoadCredential=other", Text(file), StringComparison.Ordinal);
        Assert.Equal(["/bin/a"], Jobs(file)["a"].Process.Command);
    }

    [Fact]
    public void A_drop_in_changes_its_unit()
    {
        var grafana = Units("grafana-server.service", "grafana-server.service.d/override.conf")["grafana-server"];

        Assert.Equal(["/usr/share/grafana/bin/grafana", "server", "--config=/etc/grafana/grafana.ini"], grafana.Process.Command);
        Assert.Equal(new ResourceLimit(RlimitResource.Nofile, 1024, 524288), Assert.Single(grafana.Process.Limits));
        Assert.Equal(["/bin/sh", "-c", "/usr/bin/install -d -o grafana /run/grafana || :"], Assert.Single(grafana.BeforeStart).Command);
        Assert.Contains("steps run as the job's user", UnitText("grafana-server.service", "grafana-server.service.d/override.conf"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_oneshot_runs_its_commands_in_a_row_and_a_timer_is_a_schedule()
    {
        var (backup, text) = (Units("backup.service", "backup.timer")["backup"], UnitText("backup.service", "backup.timer"));

        Assert.Equal(JobKind.Oneshot, backup.Kind);
        Assert.Equal(["/usr/bin/borg", "create", "--compression", "zstd", "::{now}", "/srv"], Assert.Single(backup.BeforeStart).Command);
        Assert.Equal(["/usr/bin/borg", "prune", "--keep-daily", "7"], backup.Process.Command);
        Assert.Contains("cron: \"30 2 * * *\"", text, StringComparison.Ordinal);
        Assert.Contains("backup.timer:8: OnBootSec=10min", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timer_has_the_zone_of_its_calendar()
    {
        var schedule = Timer("OnCalendar=Mon..Fri 02:30 Europe/Zurich\nRandomizedDelaySec=5m\nPersistent=true", out _).Schedule;

        Assert.Equal((TimeSpan.FromMinutes(5), true, "Europe/Zurich"), (schedule?.Jitter, schedule?.CatchUp, schedule?.TimeZone));
    }

    [Fact]
    public void What_belongs_to_a_schedule_that_cannot_be_said_is_told_and_nothing_is_started_by_itself()
    {
        var job = Timer("OnCalendar=*-*~1 03:00\nRandomizedDelaySec=5m\nPersistent=true", out var text);

        Assert.Equal((null, StartMode.Manual), (job.Schedule, job.Start));
        Assert.Contains("schedule: {cron: \"MIN HOUR DAY MONTH WEEKDAY\", timezone: ZONE}", text, StringComparison.Ordinal);
        Assert.Contains("say it with the schedule: schedule.jitter", text, StringComparison.Ordinal);
        Assert.Contains("say it with the schedule: schedule.catch_up", text, StringComparison.Ordinal);
    }

    private JobSpec Timer(string keys, out string text)
    {
        var (service, timer) = (Write("job.service", "[Service]\nType=oneshot\nExecStart=/bin/true\n"), Write("job.timer", $"[Timer]\n{keys}\n"));
        text = Text(service, timer);
        return Jobs(service, timer)["job"];
    }

    [Fact]
    public void Workers_and_a_load_balancer()
    {
        Assert.Equal(["/bin/sh", "-c", "exec /bin/sh -c \"${CELERY_BIN}\"' -A $CELERY_APP multi start $CELERYD_NODES'"], Units("celery.service")["celery"].Process.Command);
        var haproxy = Units("haproxy.service")["haproxy"];
        Assert.Equal(["/bin/sh", "-c", "/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS && /bin/kill -USR2 $MAINPID"], haproxy.Reload!.Run!.Command);
        Assert.Equal(LogTarget.Null, haproxy.Log.Stdout);
    }

    [Theory]
    [InlineData("daily", "0 0 * * *")]
    [InlineData("Mon..Fri *-*-* 08:00:00", "0 8 * * 1-5")]
    [InlineData("Sat,Sun 10:30", "30 10 * * 6,0")]
    [InlineData("*-*-01 04:00", "0 4 1 * *")]
    [InlineData("*:0/15", "*/15 * * * *")]
    [InlineData("*-*-* 06..18/2:00", null)]
    [InlineData("2026-01-01", null)]
    public void Calendars(string calendar, string? cron) => Assert.Equal(cron, TimerUnit.Cron(calendar));

    [Theory]
    [InlineData("90", 90.0)]
    [InlineData("1min 30s", 90.0)]
    [InlineData("1h5m", 3900.0)]
    [InlineData("500ms", 0.5)]
    [InlineData("infinity", null)]
    public void Times(string text, double? seconds)
    {
        Assert.True(UnitTimes.TryParse(text, out var time));
        Assert.Equal(seconds, time?.TotalSeconds);
    }

    [Theory]
    [InlineData("[Service]\nExecStart=/bin/a\nnonsense", "a.service:3:1: 'nonsense' is neither a [Section], nor Key=value, nor a comment")]
    [InlineData("ExecStart=/bin/a", "a.service:1:1: 'ExecStart=/bin/a' stands before the first [Section]")]
    [InlineData("[Service]\nExecStart=/bin/a 'b", "a.service:2:1: ExecStart=: a quote is not closed")]
    [InlineData("[Service]\nExecStart=/bin/a\nExecStart=/bin/b", "a.service:3:1: ExecStart=: a second command is for Type=oneshot only")]
    [InlineData("[Service]\nExecStart=/bin/a\nRestart=perhaps", "a.service:3:1: Restart=: expected no, always, on-success, on-failure, on-abnormal, on-abort or on-watchdog, found 'perhaps'")]
    [InlineData("[Service]\nExecStart=/bin/a\nTimeoutStopSec=soon", "a.service:3:1: TimeoutStopSec=: expected a time such as 30, 500ms or 1min 30s, found 'soon'")]
    [InlineData("[Service]\nExecStart=/bin/a\nType=notfy", "a.service:3:1: Type=: unknown type 'notfy'; did you mean 'notify'?")]
    [InlineData("[Service]\nExecStart=/bin/a\nKillSignal=SIGTREM", "a.service:3:1: KillSignal=: expected a signal, found 'SIGTREM'; did you mean 'SIGTERM'?")]
    [InlineData("[Service]\nExecStart=/bin/a %q", "a.service:2:1: ExecStart=: the specifier %q has no counterpart; write its value into the unit and import it again")]
    [InlineData("[Service]\nExecStart=/bin/a\nNice=50", "a.service:3:1: Nice=: expected a number -20..19, found '50'")]
    [InlineData("[Service]\nExecStart=/bin/a\nEnvironment=A", "a.service:3:1: Environment=: 'A' is not NAME=value")]
    [InlineData("[Service]\nExecStart=/bin/a\nSuccessExitStatus=999", "a.service:3:1: SuccessExitStatus=: expected exit codes 0..255, names of sysexits.h and signals, found '999'")]
    public void What_cannot_be_read_is_told_with_its_place(string text, string problem) => Assert.Equal([problem], Problems("a.service", text));

    [Theory]
    [InlineData("only.socket", "[Socket]\nListenStream=80", "there is no .service unit among the files")]
    public void A_socket_alone_is_no_job(string name, string text, string problem) => Assert.Contains(problem, Assert.Single(Problems(name, text)), StringComparison.Ordinal);
}
