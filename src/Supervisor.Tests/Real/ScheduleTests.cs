using Xunit;

namespace Supervisor.Tests.Real;

public class ScheduleTests
{
    [Fact]
    public async Task A_job_runs_by_its_interval_and_status_shows_the_next_run()
    {
        await using var daemon = await Daemon.Start("tick: {command: [CHILD, exit, '0'], schedule: {every: 1s}}");
        Assert.Equal("scheduled", (await daemon.Status("tick")).GetProperty("state").GetString());

        await daemon.WaitFor("exited", "tick");
        await daemon.WaitFor("exited", "tick");

        var tick = await daemon.Status("tick");
        Assert.True(tick.GetProperty("attempt").GetInt32() >= 2);
        Assert.True(tick.GetProperty("schedule").GetProperty("next_run").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddSeconds(-1));
        Assert.Contains("run in", await daemon.Does("status"));
    }

    [Fact]
    public async Task A_cron_expression_with_seconds_runs_by_the_wall_clock()
    {
        await using var daemon = await Daemon.Start("tick: {command: [CHILD, exit, '0'], schedule: {cron: '* * * * * *', timezone: Europe/Zurich}}");

        await daemon.WaitFor("exited", "tick");

        Assert.Contains("runs now: its schedule", daemon.Log);
    }

    [Fact]
    public async Task Run_now_waits_for_the_run_and_ends_with_its_result()
    {
        await using var daemon = await Daemon.Start("""
            good: {command: [CHILD, exit, '0'], schedule: {every: 1h}}
            bad: {command: [CHILD, exit, '4'], schedule: {cron: '0 3 * * *'}}
            """);

        Assert.Contains("exited with code 0", await daemon.Does("run-now", "good"));
        var bad = await daemon.Supervisor("run-now", "bad");

        Assert.Equal(1, bad.Code);
        Assert.Contains("exited with code 4", bad.Out + bad.Error);
        Assert.Contains("next run in", bad.Out + bad.Error);
        Assert.Equal("scheduled", (await daemon.Status("bad")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_run_that_was_missed_is_made_up_for_at_the_next_start()
    {
        const string Yaml = "catch: {command: [CHILD, exit, '0'], schedule: {cron: '0 3 1 1 *', catch_up: true}}";
        await using var daemon = await Daemon.Start(Yaml, files: new Dictionary<string, string> { ["state/schedules"] = "catch\t2020-01-01T03:00:00.0000000+00:00\n" });

        await daemon.LogSays("runs were missed");
        await daemon.LogSays("exited with code 0");
        await daemon.Stop();

        Assert.DoesNotContain("2020", await File.ReadAllTextAsync(Path.Combine(daemon.Folder, "state/schedules")));
    }
}
