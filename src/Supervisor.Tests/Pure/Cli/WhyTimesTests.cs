using Supervisor.Cli;
using Supervisor.Control.Messages;

namespace Supervisor.Tests.Pure.Cli;

/// <summary>Times in <c>why</c>: the hour where the day is obvious, the day where it is not, the zone where a calendar decides.</summary>
public class WhyTimesTests
{
    private static readonly DateTimeOffset _noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo _east = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(1), "east", "east");

    private static JobMessage Scheduled(TimeSpan after) => CliTextTests.Job("scheduled") with
    {
        StatusText = null,
        Next = new("run", _noon + after, after.TotalSeconds),
    };

    [Fact]
    public void The_next_run_has_day_and_zone()
    {
        Assert.Equal("web is scheduled, next: run in 1h 30m (at 2026-01-02 14:30:00 +01:00).", WhyText.Headline(Scheduled(TimeSpan.FromHours(1.5)), _east, _noon));
        Assert.Equal("web is scheduled, next: run in 15h 00m (at 2026-01-03 03:00:00 UTC).", WhyText.Headline(Scheduled(TimeSpan.FromHours(15)), TimeZoneInfo.Utc, _noon));
    }

    [Fact]
    public void What_is_of_another_day_has_its_day()
    {
        var job = CliTextTests.Job("backoff") with { Next = new("attempt 2", _noon.AddMinutes(1), 60) };
        Assert.Equal("web is in back-off: attempt 2 starts in 60 s (at 12:01:00).", WhyText.Headline(job, TimeZoneInfo.Utc, _noon));
        var tomorrow = job with { Next = new("attempt 2", _noon.AddHours(13), 13 * 3600) };
        Assert.Equal("web is in back-off: attempt 2 starts in 13h 00m (at 2026-01-03 01:00:00).", WhyText.Headline(tomorrow, TimeZoneInfo.Utc, _noon));

        var lines = WhyText.Lines(
            new(job, "", null, [], [new(1, _noon.AddDays(-1), 1, "started", "information", "started"), new(2, _noon, 1, "ready", "information", "ready")],
                [new("web", _noon.AddDays(-1), "stdout", "said", null, 0), new("web", _noon, "stdout", "says", null, 0)]),
            TimeZoneInfo.Utc, _noon).ToList();
        Assert.Contains("  story:       2026-01-01 12:00:00 started", lines);
        Assert.Contains("               12:00:00 ready", lines);
        Assert.Contains("  last lines:  2026-01-01 12:00:00.000 out  said", lines);
        Assert.Contains("               12:00:00.000 out  says", lines);
    }
}
