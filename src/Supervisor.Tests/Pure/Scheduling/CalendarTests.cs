using Supervisor.Scheduling;

namespace Supervisor.Tests.Pure.Scheduling;

/// <summary>What a cron expression means by the clock of a zone. Europe/Zurich: 2026-03-29 leaps from 02:00 to 03:00, 2026-10-25 falls from 03:00 to 02:00.</summary>
public class CalendarTests
{
    private static readonly TimeZoneInfo _zurich = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich");

    [Fact]
    public void A_time_that_spring_leaps_over_is_taken_at_the_leap_and_only_once() =>
        Assert.Equal(
            ["2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"],
            Times("30 2 * * *", "2026-03-28T00:00+01:00", 3));

    [Fact]
    public void A_time_that_comes_twice_in_autumn_is_taken_once() =>
        Assert.Equal(
            ["2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"],
            Times("30 2 * * *", "2026-10-24T00:00+02:00", 3));

    [Fact]
    public void An_interval_within_the_hour_goes_on_through_both_changes()
    {
        Assert.Equal(
            ["2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00"],
            Times("*/30 * * * *", "2026-03-29T01:15+01:00", 3));
        Assert.Equal(
            ["2026-10-25T02:00+02:00", "2026-10-25T02:30+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00", "2026-10-25T03:00+01:00"],
            Times("*/30 * * * *", "2026-10-25T01:45+02:00", 5));
    }

    [Fact]
    public void A_day_has_its_own_length_when_the_clock_changes()
    {
        var calendar = Calendar.Read("0 3 * * *", _zurich, out _)!;

        Assert.Equal(TimeSpan.FromHours(23), Between("2026-03-28T12:00+01:00"));
        Assert.Equal(TimeSpan.FromHours(25), Between("2026-10-24T12:00+02:00"));

        TimeSpan Between(string noon)
        {
            var before = calendar.Next(DateTimeOffset.Parse(noon).AddDays(-1))!.Value;
            return calendar.Next(before)!.Value - before;
        }
    }

    [Fact]
    public void Six_fields_begin_with_seconds_and_macros_are_known()
    {
        Assert.Equal("2026-01-01T00:00:15", Calendar.Read("15 * * * * *", TimeZoneInfo.Utc, out _)!.Next(DateTimeOffset.Parse("2026-01-01T00:00:00Z"))!.Value.ToString("s"));
        Assert.Equal("2026-01-02T00:00:00", Calendar.Read("@daily", TimeZoneInfo.Utc, out _)!.Next(DateTimeOffset.Parse("2026-01-01T00:00:00Z"))!.Value.ToString("s"));
    }

    [Theory]
    [InlineData("61 * * * *", "Minutes")]
    [InlineData("0 3 * *", "it has 4 fields; minute, hour, day of month, month and day of week are five")]
    [InlineData("daily", "it has 1 field; ")]
    [InlineData("* * * * * * *", "it has 7 fields; ")]
    [InlineData("@dayly", "")]
    [InlineData("0 0 30 2 *", "there is no such day")]
    public void What_is_no_time_is_told_in_words(string cron, string beginning)
    {
        Assert.Null(Calendar.Read(cron, TimeZoneInfo.Utc, out var problem));
        Assert.StartsWith(beginning, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("given cron expression", problem, StringComparison.Ordinal);
        Assert.NotEmpty(problem!);
    }

    [Theory]
    [InlineData("Europe/Zurrich")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    public void What_is_no_zone_is_none(string name) => Assert.Null(Calendar.Zone(name));

    private static IEnumerable<string> Times(string cron, string after, int count)
    {
        var calendar = Calendar.Read(cron, _zurich, out var problem);
        Assert.Null(problem);
        var time = DateTimeOffset.Parse(after);
        for (var i = 0; i < count; i++)
        {
            time = calendar!.Next(time)!.Value;
            yield return time.ToString("yyyy-MM-ddTHH:mmzzz");
        }
    }
}
