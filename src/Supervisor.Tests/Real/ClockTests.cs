using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Somebody sets the clock, and the clock of a zone leaps: in a machine of its own, since a clock is everybody's.</summary>
public class ClockTests
{
    private const string Configuration = """
        version: 1
        supervisor: {directory: /run/supervisor}
        jobs:
          nightly: {command: [date], schedule: {cron: '0 3 * * *', timezone: Europe/Zurich}, log: {stdout: console}}
        """;

    // 2026-03-29: the clock leaps from 02:00 to 03:00.
    private const string Script = """
        export TZ=Europe/Zurich
        K="--socket /run/supervisor/control.sock"
        next() { echo "$1: $($SUPERVISOR status $K | grep nightly)"; }
        date -s '2026-03-28 20:00:00' >/dev/null
        $SUPERVISOR run -c FOLDER/supervisor.yaml 2>/run/log &
        until $SUPERVISOR status $K >/dev/null 2>&1; do kill -0 $! || { cat /run/log; exit 1; }; sleep 0.1; done
        next begin
        date -s '2026-03-29 01:59:59' >/dev/null
        until $SUPERVISOR status $K | grep -q 'nightly .* code 0'; do sleep 0.1; done
        next leapt
        date -s '2026-03-29 01:30:00' >/dev/null
        until grep -q 'next run is in 1d' /run/log; do sleep 0.1; done
        next back
        date -s '2026-03-30 01:00:00' >/dev/null
        until grep -q 'next run is in 2h 00m' /run/log || grep -q 'next run is in 1h 59m' /run/log; do sleep 0.1; done
        date -s '2026-03-30 03:30:00' >/dev/null
        until [ "$(grep -c 'runs now' /run/log)" = 2 ]; do sleep 0.1; done
        next over
        $SUPERVISOR shutdown $K >/dev/null
        wait
        cat /run/log
        """;

    [Fact]
    public async Task A_calendar_follows_the_clock_that_somebody_sets_and_leaps_with_its_zone()
    {
        Assert.SkipWhen(ResourceMachine.Refusal is not null, ResourceMachine.Refusal ?? "");
        var folder = Directory.CreateTempSubdirectory("supervisor-vm-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "supervisor.yaml"), Configuration + "\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "script"), $"SUPERVISOR={ResourceMachine.Binary}\n{Script.Replace("FOLDER", folder)}\n");
            using var machine = await ProgramRun.Start(
                "bash",
                [
                    Path.Combine(Built.Repository, "scripts/with-vm.sh"), "--timeout", "290", "--program", ResourceMachine.Binary!, "--file", "/usr/share/zoneinfo/Europe/Zurich",
                    "--file", folder, "--", "bash", Path.Combine(folder, "script"),
                ]);
            var run = await machine.Ended(TimeSpan.FromMinutes(5));

            Assert.True(run.Code == 0, $"{run}");
            Assert.Matches("begin: nightly +scheduled .* run in 5h 59m", run.Out);
            // At the moment of the leap, once: not again when the clock is set back before it.
            Assert.Contains("Sun Mar 29 03:00:0", run.Out);
            Assert.Matches("leapt: .* run in 23h 59m", run.Out);
            Assert.Matches("back: .* run in 1d 0h", run.Out);
            // The clock is set over the time of a run: it is made at once, once.
            Assert.Matches("over: .* run in 23h ", run.Out);
            Assert.Equal(2, run.Out.Split("runs now: its schedule").Length - 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
