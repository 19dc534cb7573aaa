using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Import;

public sealed class SupervisordTests : ImportTest
{
    [Fact]
    public void A_PHP_application()
    {
        var jobs = Jobs(Sample("supervisord/laravel.conf"));

        Assert.Equal(["php-fpm", "nginx", "queue", "schedule"], jobs.Keys);
        Assert.Equal(["/usr/sbin/nginx", "-g", "daemon off;"], jobs["nginx"].Process.Command);
        Assert.Equal(new Signal(3), jobs["nginx"].Stop.Steps[0].Signal);
        Assert.Equal(LogTargetKind.Console, jobs["nginx"].Log.Stdout.Kind);
        var queue = jobs["queue"];
        Assert.Equal(["php", "/srv/app/artisan", "queue:work", "--sleep=3", "--tries=3", "--max-time=3600", "--name=worker-0"], queue.Process.Command);
        Assert.Equal(("www-data", "/srv/app", SignalTarget.Group, TimeSpan.FromHours(1)), (queue.Process.User, queue.Process.Directory, queue.Stop.To, queue.Stop.Steps[0].Wait));
        Assert.Equal(RestartPolicy.Always, queue.Restart.Policy);
        Assert.Equal(LogTarget.Append("/srv/app/storage/logs/queue.log"), queue.Log.Stdout);
        Assert.Equal([ExitMatch.OfCode(0), ExitMatch.OfCode(2)], jobs["schedule"].Restart.Success);
        Assert.Equal(ReadySpec.Started, jobs["schedule"].Ready);
        Assert.Equal(new ReadyAfter(TimeSpan.FromSeconds(1)), jobs["nginx"].Ready);
    }

    [Fact]
    public void The_number_of_processes_is_the_number_of_instances() =>
        Assert.Equal([("shard", 3), ("balancer", 1)], Spec(Sample("supervisord/shards.conf")).Jobs.Select(job => (job.Name, job.Instances)));

    [Fact]
    public void Variables_of_the_environment_are_ours_and_here_is_the_directory()
    {
        var (file, spec) = (Sample("supervisord/django.conf"), Spec(Sample("supervisord/django.conf")));
        var (here, jobs) = (Path.GetDirectoryName(file), spec.Jobs.ToDictionary(job => job.Name, job => job.Instance(0)));

        Assert.Equal(["/srv/shop/venv/bin/gunicorn", "shop.wsgi:application", "--bind", $"unix:{here}/gunicorn.sock", "--workers", "3"], jobs["gunicorn"].Process.Command);
        Assert.Equal($"{here}/src", jobs["gunicorn"].Process.Directory);
        Assert.Equal(0b000_000_111, jobs["gunicorn"].Process.Umask);
        Assert.Contains("shop@%h", jobs["celery"].Process.Command);
        Assert.Contains(new EnvironmentVariable("CELERY_OPTS", "--without-gossip, --without-mingle"), jobs["celery"].Process.Environment);
        Assert.Contains(new EnvironmentVariable("DJANGO_SETTINGS_MODULE", "shop.settings.production"), jobs["celery"].Process.Environment);
        Assert.Equal((5, TimeSpan.FromSeconds(75)), (jobs["celery"].Restart.Limit, jobs["celery"].Restart.Within));
        Assert.Equal(StartMode.Manual, jobs["beat"].Start);
        Assert.Equal(("deploy", true), (spec.Daemon.ControlGroup, spec.Daemon.GroupMayAll));
        Assert.Equal("/var/log/supervisor", spec.Daemon.LogDirectory);
    }

    [Fact]
    public void Included_files_are_part_of_it_and_quoted_by_their_own_names()
    {
        var text = Text(Sample("supervisord/desktop.conf"));

        Assert.Contains("command: [x11vnc, -display, \":1\", -forever, -shared, -rfbport, 5900]", text, StringComparison.Ordinal);
        Assert.Contains("conf.d/vnc.conf:3: priority=300", text, StringComparison.Ordinal);
        Assert.Contains("# depends_on: {fluxbox: started}", text, StringComparison.Ordinal);
        Assert.Equal(4, Spec(Sample("supervisord/desktop.conf")).Jobs.Count);
    }

    [Fact]
    public void Listeners_and_what_else_speaks_their_protocol_become_comments()
    {
        var (text, spec) = (Text(Sample("supervisord/listeners.conf")), Spec(Sample("supervisord/listeners.conf")));

        Assert.Equal(["apache", "cron", "mapserver"], spec.Jobs.Select(job => job.Name));
        Assert.Contains("listeners.conf:18: command=memmon -p apache=512MB -m ops@example.org", text, StringComparison.Ordinal);
        Assert.Contains("listeners.conf:28: socket=unix:///run/mapserver.sock", text, StringComparison.Ordinal);
        Assert.Contains("listeners.conf:4: password=change-me", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Daemons_of_an_appliance()
    {
        var jobs = Jobs(Sample("supervisord/switch.conf"));

        Assert.All(jobs.Values, job => Assert.Equal(StartMode.Manual, job.Start));
        Assert.Equal(RestartPolicy.Never, jobs["bgpd"].Restart.Policy);
        Assert.Equal(Signal.Kill, jobs["bgpd"].Stop.Steps[0].Signal);
        Assert.Contains("switch.conf:35: dependent_startup_wait_for=rsyslogd:running", Text(Sample("supervisord/switch.conf")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[program:a]\ncommand=x\nthis is nothing\n", "s.conf:3:1: 'this is nothing' is neither a [section], nor key=value, nor a comment")]
    [InlineData("command=x\n[program:a]\ncommand=y", "s.conf:1:1: 'command=x' stands before the first [section]")]
    [InlineData("[program:a]\nautostart=true", "s.conf:1:1: [program:a] has no command=")]
    [InlineData("[program:a\ncommand=x", "s.conf:1:1: '[program:a' is not a [section]")]
    [InlineData("[program:]\ncommand=x", "s.conf:1:1: [program:] has no name")]
    [InlineData("[program:a]\ncommand=x\nautostart=perhaps", "s.conf:3:1: autostart: expected true or false, found 'perhaps'")]
    [InlineData("[program:a]\ncommand=x\nstartsecs=ten", "s.conf:3:1: startsecs: expected a number from 0, found 'ten'")]
    [InlineData("[program:a]\ncommand=x\nstopsignal=TREM", "s.conf:3:1: stopsignal: expected a signal, found 'TREM'; did you mean 'SIGTERM'?")]
    [InlineData("[program:a]\ncommand=x '", "s.conf:2:1: command: the quote ' is not closed")]
    [InlineData("[program:a]\ncommand=x %(nobody)s", "s.conf:2:1: command: %(nobody)s has no value here; known are here, program_name, group_name, process_num, numprocs, host_node_name and ENV_...")]
    [InlineData("[program:a]\ncommand=date +%Y", "s.conf:2:1: command: '%' in 'date +%Y' begins no %(name)s; a percent sign is written %%")]
    [InlineData("[program:a]\ncommand=x\nenvironment=A=\"1", "s.conf:3:1: environment: the quote of A is not closed")]
    [InlineData("[program:a]\ncommand=x\nnumprocs=20000", "s.conf:3:1: numprocs: at most 10000 instances")]
    [InlineData("[program:a]\ncommand=x\n[group:g]\nprograms=a,b", "s.conf:3:1: [group:g] names the program 'b', which does not exist")]
    [InlineData("[include]\nfiles=none.conf", "s.conf:1:1: cannot read 'none.conf': no such file")]
    public void What_cannot_be_read_is_told_with_its_place(string text, string problem) =>
        Assert.Equal([problem.Replace("s.conf:1:1: cannot read 'none.conf'", "none.conf:1:1: cannot read 'none.conf'", StringComparison.Ordinal)], Problems("s.conf", text, Supervisor.Configuration.Files.ImportKind.Supervisord));

    [Fact]
    public void A_key_that_nobody_knows_is_quoted() =>
        Assert.Contains("s.conf:3: frobnicate = yes\n", Text(Write("s.conf", "[program:a]\ncommand=x\nfrobnicate = yes\n")), StringComparison.Ordinal);

    [Fact]
    public void What_is_special_for_us_only_stays_what_it_is() =>
        Assert.Equal(["sh", "-c", "echo ${HOME} $$ $x"], Jobs(Write("s.conf", "[program:a]\ncommand=sh -c 'echo ${HOME} $$ $x'\n"))["a"].Process.Command);

    [Fact]
    public void A_comment_after_a_value_and_a_key_written_twice()
    {
        var file = Write("s.conf", "[program:a]\ncommand=x;y ; not this\ndirectory=/a\ndirectory=/b\n");

        Assert.Equal(("x;y", "/b"), (Assert.Single(Jobs(file)["a"].Process.Command), Jobs(file)["a"].Process.Directory));
        Assert.Contains("s.conf:3: directory=/a\n    #   written again below: the last one counts", Text(file), StringComparison.Ordinal);
    }
}
