using Supervisor.Specs;

namespace Supervisor.Scheduling;

/// <summary>
/// The next run of a schedule, and how it follows from what happens: a run is taken, the wall clock is set. Immutable and pure; the caller brings the
/// clocks and the dice. A calendar lives by the wall clock; an interval by the monotonic one, so no setting of the clock moves it.
/// </summary>
public sealed record RunPlan
{
    /// <summary>
    /// A setting of the clock up to this counts as a correction of a running day: what it leaps over is still run, what it repeats is not run again. A longer one
    /// (a clock that was plain wrong, a long suspend) begins a new day: what lies between is as if the supervisor had been down. The rule, and the number,
    /// are cron(8)'s.
    /// </summary>
    public static readonly TimeSpan Correction = TimeSpan.FromHours(3);

    private const int MostCounted = 1000;

    private readonly ScheduleSpec _spec;
    private readonly Calendar? _calendar;

    private RunPlan(ScheduleSpec spec, Calendar? calendar) => (_spec, _calendar) = (spec, calendar);

    /// <summary>What the schedule says: the time without jitter; null: it never comes any more.</summary>
    public Instant? Nominal { get; private init; }

    /// <summary>When the run is due.</summary>
    public Instant? Due { get; private init; }

    /// <summary>Runs that were missed and that the next one makes up for, at most 1000 counted.</summary>
    public int Missed { get; private init; }

    /// <summary>The plan of a schedule that begins now.</summary>
    /// <param name="spec">The schedule.</param>
    /// <param name="now">Both clocks.</param>
    /// <param name="lastRun">When the last run was due that a supervisor before this one took; null: unknown.</param>
    /// <param name="dice">Uniform in 0..1, for the jitter.</param>
    /// <exception cref="FormatException">The schedule is not valid here: its zone is gone since it was checked.</exception>
    public static RunPlan Begin(ScheduleSpec spec, Instant now, DateTimeOffset? lastRun, double dice)
    {
        var plan = new RunPlan(spec, spec.Cron is { } cron ? CalendarOf(cron, spec.TimeZone) : null);
        return spec.CatchUp && lastRun is { } last && plan.MissedSince(last, now.Wall) is > 0 and var missed
            ? plan.At(now, now, dice) with { Missed = missed }
            : plan.After(spec.CatchUp && lastRun <= now.Wall ? lastRun.Value : now.Wall, now, dice);
    }

    /// <summary>Goes on with the plan that an earlier image of the supervisor had.</summary>
    /// <exception cref="FormatException">The schedule is not valid here: its zone is gone since it was checked.</exception>
    public static RunPlan GoOn(ScheduleSpec spec, Instant? nominal, Instant? due, int missed) =>
        new(spec, spec.Cron is { } cron ? CalendarOf(cron, spec.TimeZone) : null) { Nominal = nominal, Due = due, Missed = missed };

    /// <summary>The run that was due has been taken, or left out: the next one.</summary>
    public RunPlan Taken(Instant now, double dice)
    {
        if (Nominal is not { } nominal)
        {
            return this;
        }

        if (_spec.Every is not { } every)
        {
            return AtWall(_calendar!.Next(nominal.Wall > now.Wall ? nominal.Wall : now.Wall), now, dice);
        }

        // On the grid of the interval, and never in the past: a suspended machine wakes up to one run.
        var steps = Math.Max(1, ((now.Monotonic - nominal.Monotonic).Ticks / every.Ticks) + 1);
        return At(now.Plus(nominal.Monotonic + (every * steps) - now.Monotonic), now, dice);
    }

    /// <summary>The wall clock has been set (or the machine has slept: then the monotonic clock stood still).</summary>
    public RunPlan ClockWasSet(Instant now, double dice)
    {
        if (Nominal is not { } nominal || Due is not { } due)
        {
            return this;
        }

        if (_calendar is null)
        {
            return this with { Nominal = now.Plus(nominal.Monotonic - now.Monotonic), Due = now.Plus(due.Monotonic - now.Monotonic) };
        }

        var leap = now.Wall - (due.Wall - (due.Monotonic - now.Monotonic));
        if (leap.Duration() > Correction && leap < TimeSpan.Zero)
        {
            return AtWall(_calendar.Next(now.Wall), now, dice);
        }

        if (due.Wall > now.Wall)
        {
            return this with { Nominal = now.Plus(nominal.Wall - now.Wall), Due = now.Plus(due.Wall - now.Wall) };
        }

        return leap <= Correction || _spec.CatchUp
            ? this with { Nominal = now.Plus(nominal.Wall - now.Wall), Due = now, Missed = Math.Max(Missed, MissedSince(nominal.Wall, now.Wall) + 1) }
            : AtWall(_calendar.Next(now.Wall), now, dice);
    }

    private static Calendar CalendarOf(string cron, string? zone) =>
        Calendar.Read(cron, Calendar.Zone(zone) ?? throw new FormatException($"there is no time zone '{zone}' on this machine any more"), out var problem)
            ?? throw new FormatException(problem);

    private int MissedSince(DateTimeOffset last, DateTimeOffset now)
    {
        if (_spec.Every is { } every)
        {
            return now < last ? 0 : (int)Math.Min(MostCounted, (now - last).Ticks / every.Ticks);
        }

        var count = 0;
        for (var next = _calendar!.Next(last); next <= now && count < MostCounted; next = _calendar.Next(next.Value))
        {
            count++;
        }

        return count;
    }

    // An interval is counted from the last run where that is known.
    private RunPlan After(DateTimeOffset from, Instant now, double dice) =>
        _spec.Every is { } every ? AtWall(from + every, now, dice) : AtWall(_calendar!.Next(now.Wall), now, dice);

    private RunPlan AtWall(DateTimeOffset? wall, Instant now, double dice) =>
        wall is { } time ? At(now.Plus(time - now.Wall), now, dice) : this with { Nominal = null, Due = null, Missed = 0 };

    private RunPlan At(Instant nominal, Instant now, double dice)
    {
        var due = nominal.Plus(_spec.Jitter * dice);
        return this with { Nominal = nominal, Due = due.Monotonic < now.Monotonic ? now : due, Missed = 0 };
    }
}
