using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>The unit of packaging/systemd under a real systemd (scripts/with-systemd.sh; needs root).</summary>
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

    // Below the repository: the private systemd sees this directory, and not the machine's /tmp.
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"systemd-{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_unit_is_right_in_every_key()
    {
        var unit = Unit();

        var verified = await ProgramRun.ToEnd("systemd-analyze", ["verify", "--recursive-errors=no", unit]);

        Assert.True(verified.Code == 0, verified.ToString());
    }

    [Fact]
    public async Task It_is_ready_shows_its_status_reloads_and_stops_in_order_with_nothing_left()
    {
        var said = await Run("""
            systemctl start supervisor-daemon
            systemctl show -P ActiveState supervisor-daemon
            timeout 60 $SUPERVISOR wait web app --for ready >&2
            timeout 60 $SUPERVISOR wait bad --for stopped >&2
            journalctl -f -n all -u supervisor-daemon -o cat --no-pager | timeout 60 grep -q -m1 '^bad: '
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
        Assert.Contains("Status: \"4 jobs: 3 ready, 1 failed (bad)\"", said);
        Assert.Contains("success\nleft: 0\n", said);
        Assert.Contains("loud: bad: ", said);
        Assert.DoesNotContain("loud: web: ", said);
        Assert.Contains("all: web: ", said);
        Assert.DoesNotContain("all: <", said);
        Assert.DoesNotMatch(@"all: \d{4}-\d\d-\d\d", said);
    }

    [Fact]
    public async Task A_supervisor_that_gives_no_sign_of_life_is_killed_and_started_again_and_its_jobs_with_it()
    {
        var said = await Run("""
            mkdir -p /etc/systemd/system/supervisor-daemon.service.d
            printf '[Service]\nWatchdogSec=2s\nRestartSec=100ms\n' >/etc/systemd/system/supervisor-daemon.service.d/quick.conf
            systemctl daemon-reload
            systemctl start supervisor-daemon
            timeout 60 $SUPERVISOR wait web --for ready >&2
            first=$(systemctl show -P MainPID supervisor-daemon)
            kill -STOP $first
            journalctl -f -n all -u supervisor-daemon -o cat --no-pager | timeout 60 grep -m1 -o 'Watchdog timeout'
            journalctl -f -n all -u supervisor-daemon -o cat --no-pager | timeout 60 grep -m2 -o '^Started '
            timeout 60 $SUPERVISOR wait web db app --for ready >&2
            echo "jobs: $(pgrep -c sleep)"
            [ "$(systemctl show -P MainPID supervisor-daemon)" != $first ] && echo another
            systemctl stop supervisor-daemon
            """);

        Assert.Contains("Watchdog timeout", said);
        Assert.Contains("jobs: 3\nanother\n", said);
    }

    private async Task<string> Run(string script)
    {
        Assert.SkipUnless(Environment.UserName == "root", "a private systemd needs root");
        await File.WriteAllTextAsync(Path.Combine(_folder, "supervisor.yaml"), Configuration + "\n");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "test.sh"),
            $"SUPERVISOR={Built.Supervisor}\nmkdir -p /etc/supervisor-daemon\ncp {_folder}/supervisor.yaml /etc/supervisor-daemon/\n{script}\nexit 0\n");
        var result = await ProgramRun.ToEnd(
            "bash", [Path.Combine(Built.Repository, "scripts/with-systemd.sh"), "--unit", Unit(), "bash", Path.Combine(_folder, "test.sh")], directory: Built.Repository);
        Assert.True(result.Code == 0, result.ToString());
        return result.Out + (result.Error.Length > 0 ? "--- stderr\n" + result.Error : "");
    }

    private string Unit()
    {
        var unit = Path.Combine(_folder, "supervisor-daemon.service");
        File.WriteAllText(
            unit,
            File.ReadAllText(Path.Combine(Built.Repository, "packaging/systemd/supervisor-daemon.service")).Replace("/usr/bin/supervisor", Built.Supervisor));
        return unit;
    }
}
