using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>The unit of packaging/systemd under a real systemd.</summary>
public sealed class SystemdTests : IDisposable
{
    private const string Configuration = """
        version: 1
        jobs:
          web: {command: [sleep, infinity]}
          db: {command: [sleep, infinity]}
          app: {command: [sleep, infinity], depends_on: [db]}
          bad: {command: [sh, -c, exit 3], restart: never}
        """;

    private readonly PrivateSystemd _systemd = new();

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public async Task The_units_are_right_in_every_key()
    {
        var units = new[] { _systemd.Unit("supervisor-daemon.service"), _systemd.Unit("supervisor-daemon.socket") };

        var verified = await ProgramRun.ToEnd("systemd-analyze", ["verify", "--recursive-errors=no", "--man=no", .. units]);

        Assert.True(verified.Code == 0 && verified.Error.Length == 0, verified.ToString());
    }

    [Fact]
    public async Task It_is_ready_shows_its_status_reloads_and_stops_in_order_with_nothing_left()
    {
        var said = await _systemd.Run(Configuration, """
            systemctl start supervisor-daemon
            systemctl show -P ActiveState supervisor-daemon
            timeout 60 $SUPERVISOR wait web app --for ready >&2
            timeout 60 $SUPERVISOR wait bad --for stopped >&2
            status failed >/dev/null
            systemctl status --no-pager supervisor-daemon | grep Status:
            printf 'version: 1\njobs:\n  web: {command: [sleep, infinity]}\n  db: {command: [sleep, infinity]}\n' >/etc/supervisor-daemon/supervisor.yaml
            systemctl reload supervisor-daemon
            timeout 60 $SUPERVISOR wait db --for ready >&2
            systemctl stop supervisor-daemon
            systemctl show -P Result supervisor-daemon
            echo "left: $(pgrep -c sleep)"
            journalctl --sync
            journalctl -u supervisor-daemon -p 4 -o cat --no-pager | sed 's/^/loud: /'
            journalctl -u supervisor-daemon -o cat --no-pager | sed 's/^/all: /'
            """);

        Assert.StartsWith("active\n", said);
        Assert.Contains("Status: \"4 jobs: 3 ready, 1 failed (bad: exited with code 3)\"", said);
        Assert.Contains("success\nleft: 0\n", said);
        Assert.Contains("loud: bad: ", said);
        Assert.DoesNotContain("loud: web: ", said);
        Assert.Contains("all: web: ", said);
        Assert.DoesNotContain("all: <", said);
        Assert.DoesNotMatch(@"all: \d{4}-\d\d-\d\d", said);
    }

    [Fact]
    public async Task A_reload_fails_where_the_configuration_has_problems_and_a_shutdown_is_no_reason_to_start_again()
    {
        var said = await _systemd.Run(Configuration, """
            systemctl start supervisor-daemon
            echo 'jobs: {web: {comand: x}}' >>/etc/supervisor-daemon/supervisor.yaml
            systemctl reload supervisor-daemon 2>/dev/null || echo "reload refused"
            systemctl show -P ActiveState supervisor-daemon
            says 'supervisor.yaml:7:1:' >/dev/null && echo "place told"
            $SUPERVISOR status web db | tail -n 2 | awk '{print $1, $2}'
            $SUPERVISOR shutdown >&2
            says 'Deactivated successfully' >/dev/null
            systemctl show -P ActiveState supervisor-daemon
            systemctl show -P NRestarts supervisor-daemon
            """);

        Assert.StartsWith("reload refused\nactive\nplace told\nweb ready\ndb ready\ninactive\n0\n", said);
    }

    [Fact]
    public async Task A_start_and_a_stop_that_take_longer_than_the_unit_allows_are_waited_for()
    {
        var said = await _systemd.Run("""
            version: 1
            jobs:
              slow:
                command: [sh, -c, "trap 'sleep 4; exit 0' TERM; echo up; while :; do sleep 0.1; done"]
                before_start: [{run: [sleep, '7']}]
                stop: {timeout: 60s}
            """, """
            drop_in 'TimeoutStartSec=5s
            TimeoutStopSec=2s'
            systemctl start supervisor-daemon
            systemctl show -P ActiveState supervisor-daemon
            timeout 60 $SUPERVISOR wait slow --for ready >&2
            systemctl stop supervisor-daemon
            systemctl show -P Result supervisor-daemon
            journalctl --sync
            journalctl -u supervisor-daemon -o cat --no-pager | grep -o 'slow: stopped.*code 0'
            """);

        Assert.Matches("^active\nsuccess\nslow: stopped.*code 0\n", said);
    }

    [Fact]
    public async Task A_supervisor_that_gives_no_sign_of_life_is_killed_and_started_again_and_its_jobs_run_on()
    {
        var said = await _systemd.Run(Configuration, """
            drop_in 'WatchdogSec=2s
            RestartSec=100ms'
            systemctl start supervisor-daemon
            timeout 60 $SUPERVISOR wait web --for ready >&2
            first=$(systemctl show -P MainPID supervisor-daemon)
            before=$(pgrep -d, sleep)
            kill -STOP $first
            says 'Watchdog timeout' | grep -o 'Watchdog timeout'
            journalctl -f -n all -u supervisor-daemon -o cat --no-pager | timeout 60 grep -m2 -o '^Started '
            timeout 60 $SUPERVISOR wait web db app --for ready >&2
            [ "$(pgrep -d, sleep)" = "$before" ] && echo "the same jobs"
            [ "$(systemctl show -P MainPID supervisor-daemon)" != $first ] && echo another
            systemctl stop supervisor-daemon
            """);

        Assert.Contains("Watchdog timeout", said);
        Assert.Contains("the same jobs\nanother\n", said);
    }

    [Fact]
    public async Task The_managers_socket_starts_it_outlives_it_and_goes_to_no_job()
    {
        var said = await _systemd.Run("""
            version: 1
            jobs:
              job: {command: [sh, -c, 'env >/tmp/job.env; ls -l /proc/$$/fd >/tmp/job.fds; exec sleep infinity']}
            """, """
            drop_in 'RestartSec=2s'
            systemctl start supervisor-daemon.socket
            systemctl show -P ActiveState supervisor-daemon
            timeout 60 $SUPERVISOR wait job --for ready >&2
            systemctl show -P ActiveState supervisor-daemon
            stat -c '%a %F' /run/supervisor-daemon/control.sock
            kill -KILL $(systemctl show -P MainPID supervisor-daemon)
            says 'status=9/KILL' >/dev/null
            timeout 60 $SUPERVISOR wait job --for ready >&2 && echo "answered"
            echo "leaked: $(grep -c LISTEN_ /tmp/job.env) $(grep -c socket: /tmp/job.fds)"
            systemctl stop supervisor-daemon 2>/dev/null
            test -S /run/supervisor-daemon/control.sock && echo "still listened on"
            systemctl stop supervisor-daemon.socket
            test -e /run/supervisor-daemon/control.sock || echo "gone"
            systemctl start supervisor-daemon
            timeout 60 $SUPERVISOR wait job --for ready >&2 && echo "and without"
            """);

        Assert.Matches("^inactive\nactive\n600 socket\nanswered\nleaked: 0 0\nstill listened on\ngone\nand without\n", said);
    }
}
