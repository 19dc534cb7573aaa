using Supervisor.Scheduling;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Scheduling;

/// <summary>The next run, and what a clock that is set does to it. The monotonic clock says when it is woken, the wall clock what the run is for.</summary>
public class RunPlanTests
{
    private static readonly ScheduleSpec _nightly = new() { Cron = "0 3 * * *", TimeZone = "UTC" };
    private static readonly ScheduleSpec _often = new() { Every = TimeSpan.FromMinutes(10) };

    // Monotonic 1000 h stands for noon of 2026-05-01 until somebody sets the clock.
    private static readonly Instant _noon = new(TimeSpan.FromHours(1000), DateTimeOffset.Parse("2026-05-01T12:00Z"));

    [Fact]
    public void The_next_run_is_told_on_both_clocks()
    {
        var plan = RunPlan.Begin(_nightly, _noon, null, 0.5);

        Assert.Equal(("05-02 03:00", 15), Told(plan));
        plan = plan.Taken(After(15), 0.5);
        Assert.Equal(("05-03 03:00", 39), Told(plan));
    }

    [Fact]
    public void A_wake_up_that_comes_a_moment_early_does_not_run_it_twice() =>
        Assert.Equal(("05-03 03:00", 39), Told(RunPlan.Begin(_nightly, _noon, null, 0).Taken(After(15).Plus(TimeSpan.FromMilliseconds(-3)), 0)));

    [Fact]
    public void Jitter_moves_a_run_but_not_the_schedule()
    {
        var plan = RunPlan.Begin(_nightly with { Jitter = TimeSpan.FromHours(1) }, _noon, null, 0.5);

        Assert.Equal(15.5, Hours(plan.Due));
        Assert.Equal(15, Hours(plan.Nominal));
        Assert.Equal(39, Hours(plan.Taken(After(15.5), 0).Due));
    }

    [Fact]
    public void A_clock_set_within_the_day_moves_the_run_to_its_time()
    {
        var plan = RunPlan.Begin(_nightly, _noon, null, 0);

        Assert.Equal(("05-02 03:00", 13.0), Told(plan.ClockWasSet(SetBy(2), 0)));
        Assert.Equal(("05-02 03:00", 17.0), Told(plan.ClockWasSet(SetBy(-2), 0)));
    }

    [Fact]
    public void A_clock_set_forward_over_the_time_runs_it_once_at_once()
    {
        var plan = RunPlan.Begin(_nightly, _noon, null, 0);

        // One o'clock; it is set to half past three.
        var set = At(14, "2026-05-02T03:30Z");
        plan = plan.ClockWasSet(set, 0);
        Assert.Equal(14, Hours(plan.Due));
        Assert.Equal(1, plan.Missed);
        Assert.Equal("05-03 03:00", Told(plan.Taken(set, 0)).Item1);
    }

    [Fact]
    public void A_clock_set_back_over_a_run_does_not_repeat_it()
    {
        var plan = RunPlan.Begin(_nightly, _noon, null, 0).Taken(After(15), 0);

        // Ten past three; it is set back to ten past two.
        plan = plan.ClockWasSet(At(15.25, "2026-05-02T02:15Z"), 0);
        Assert.Equal(("05-03 03:00", 40.0), Told(plan));
    }

    [Fact]
    public void A_clock_that_was_plain_wrong_begins_a_new_day()
    {
        var wrong = new Instant(TimeSpan.FromHours(1000), DateTimeOffset.Parse("2000-01-01T12:00Z"));
        var plan = RunPlan.Begin(_nightly, wrong, null, 0);

        // A board without a battery gets its time: what lies between is not made up for.
        Assert.Equal(("05-02 03:00", 15.0), Told(plan.ClockWasSet(_noon, 0)));
        // And the other way round: nothing waits for a year that comes in 26 years.
        var future = RunPlan.Begin(_nightly, _noon with { Wall = DateTimeOffset.Parse("2052-01-01T12:00Z") }, null, 0);
        Assert.Equal(("05-02 03:00", 15.0), Told(future.ClockWasSet(_noon, 0)));
    }

    [Fact]
    public void A_long_sleep_is_made_up_for_only_when_asked()
    {
        var morning = At(10, "2026-05-02T08:00Z");

        Assert.Equal("05-03 03:00", Told(RunPlan.Begin(_nightly, _noon, null, 0).ClockWasSet(morning, 0)).Item1);
        Assert.Equal(10, Hours(RunPlan.Begin(_nightly with { CatchUp = true }, _noon, null, 0).ClockWasSet(morning, 0).Due));
    }

    [Fact]
    public void Setting_the_clock_never_moves_an_interval()
    {
        var plan = RunPlan.Begin(_often, _noon, null, 0);

        Assert.Equal(plan.Due!.Value.Monotonic, plan.ClockWasSet(SetBy(500), 0).Due!.Value.Monotonic);
        Assert.Equal(plan.Due!.Value.Monotonic, plan.ClockWasSet(SetBy(-500), 0).Due!.Value.Monotonic);
        Assert.Equal(_noon.Wall.AddHours(500).AddMinutes(10), plan.ClockWasSet(SetBy(500), 0).Due!.Value.Wall);
    }

    [Fact]
    public void An_interval_keeps_its_grid_when_a_run_is_late()
    {
        var plan = RunPlan.Begin(_often with { Jitter = TimeSpan.FromMinutes(4) }, _noon, null, 1);

        Assert.Equal(_noon.Wall.AddMinutes(14), plan.Due!.Value.Wall);
        plan = plan.Taken(_noon.Plus(TimeSpan.FromMinutes(14)), 0);
        Assert.Equal(_noon.Wall.AddMinutes(20), plan.Due!.Value.Wall);
        plan = plan.Taken(_noon.Plus(TimeSpan.FromMinutes(47)), 0);
        Assert.Equal(_noon.Wall.AddMinutes(50), plan.Due!.Value.Wall);
    }

    [Theory]
    [InlineData("2026-04-30T03:00Z", 1)]
    [InlineData("2026-04-01T03:00Z", 30)]
    [InlineData("1990-04-01T03:00Z", 1000)]
    public void What_was_missed_while_the_supervisor_was_down_is_made_up_for_once(string last, int missed)
    {
        var plan = RunPlan.Begin(_nightly with { CatchUp = true }, _noon, DateTimeOffset.Parse(last), 0);

        Assert.Equal((0, missed), (Hours(plan.Due), plan.Missed));
        Assert.Equal("05-02 03:00", Told(plan.Taken(_noon, 0)).Item1);
    }

    [Theory]
    [InlineData(true, "2026-05-01T03:00Z")]
    [InlineData(true, null)]
    [InlineData(true, "2052-05-01T03:00Z")]
    [InlineData(false, "2026-04-01T03:00Z")]
    public void Nothing_is_made_up_for_that_was_not_missed_or_not_wanted(bool catchUp, string? last)
    {
        var plan = RunPlan.Begin(_nightly with { CatchUp = catchUp }, _noon, last is null ? null : DateTimeOffset.Parse(last), 0);

        Assert.Equal((("05-02 03:00", 15.0), 0), (Told(plan), plan.Missed));
    }

    [Fact]
    public void An_interval_goes_on_where_it_was_when_it_catches_up()
    {
        var often = _often with { CatchUp = true };

        Assert.Equal(TimeSpan.FromMinutes(3), RunPlan.Begin(often, _noon, _noon.Wall.AddMinutes(-7), 0).Due!.Value.Monotonic - _noon.Monotonic);
        Assert.Equal((TimeSpan.Zero, 3), RunPlan.Begin(often, _noon, _noon.Wall.AddMinutes(-35), 0) is var late ? (late.Due!.Value.Monotonic - _noon.Monotonic, late.Missed) : default);
    }

    [Fact]
    public void Random_settings_of_the_clock_never_run_one_day_twice_nor_leave_the_plan_in_the_past()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var now = _noon;
            var plan = RunPlan.Begin(_nightly, now, null, 0);
            var taken = new List<DateTimeOffset>();
            for (var step = 0; step < 50; step++)
            {
                var wait = TimeSpan.FromMinutes(random.Next(1, 600));
                if (plan.Due!.Value.Monotonic <= (now.Monotonic + wait))
                {
                    now = now.Plus(plan.Due.Value.Monotonic - now.Monotonic);
                    taken.Add(plan.Nominal!.Value.Wall);
                    plan = plan.Taken(now, 0);
                }
                else
                {
                    now = now.Plus(wait);
                }

                if (random.Next(3) == 0)
                {
                    now = now with { Wall = now.Wall.AddMinutes(random.Next(-170, 170)) };
                    plan = plan.ClockWasSet(now, 0);
                }

                Assert.True(plan.Due!.Value.Monotonic >= now.Monotonic);
                Assert.InRange((plan.Due.Value.Wall - now.Wall).TotalHours, 0, 24 + (170 * 50 / 60.0));
            }

            Assert.Equal(taken.Distinct(), taken);
        }
    }

    private static Instant After(double hours) => _noon.Plus(TimeSpan.FromHours(hours));

    private static Instant SetBy(double hours) => _noon with { Wall = _noon.Wall.AddHours(hours) };

    private static Instant At(double hours, string wall) => new(_noon.Monotonic + TimeSpan.FromHours(hours), DateTimeOffset.Parse(wall));

    private static double Hours(Instant? at) => (at!.Value.Monotonic - _noon.Monotonic).TotalHours;

    private static (string, double) Told(RunPlan plan) => ($"{plan.Due!.Value.Wall.UtcDateTime:MM-dd HH:mm}", Hours(plan.Due));
}
