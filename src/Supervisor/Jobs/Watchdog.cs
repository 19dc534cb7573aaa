using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>
/// The watchdog of a job, fed by the heartbeat on its board. A heartbeat carries no time (it is one store), so the supervisor looks twice in the time
/// that the job is given, and counts from the look that found the last change: nobody who beats in time is ended, and silence is noticed after the
/// time at the earliest and after one and a half times of it at the latest.
/// </summary>
public static class Watchdog
{
    /// <summary>Time between SIGABRT and SIGKILL: enough for a core or a stack trace; some runtimes swallow the first SIGABRT altogether.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>It begins to count: the board says 0 until the first beat.</summary>
    public static JobState Begin(JobState state, JobSpec spec, Instant now) => TimeOf(state, spec) is not { } time ? state with { WatchdogLook = null } : state with
    {
        WatchdogLook = now.Monotonic + (time / 2),
        HeartbeatSeen = 0,
        HeartbeatAt = now.Monotonic,
    };

    /// <summary>A look at the heartbeat is due: the state until the next one, or null when the job has been silent for too long.</summary>
    public static JobState? Look(JobState state, ulong? heartbeat, JobSpec spec, Instant now)
    {
        if (TimeOf(state, spec) is not { } time)
        {
            return state with { WatchdogLook = null };
        }

        if (heartbeat is { } beat && beat != state.HeartbeatSeen)
        {
            return state with { HeartbeatSeen = beat, HeartbeatAt = now.Monotonic, WatchdogLook = now.Monotonic + (time / 2) };
        }

        var limit = state.HeartbeatAt + time;
        return now.Monotonic >= limit ? null : state with { WatchdogLook = TimeSpan.FromTicks(Math.Min(limit.Ticks, (now.Monotonic + (time / 2)).Ticks)) };
    }

    /// <summary>Why a job that has missed it is ended.</summary>
    public static Ending Missed(JobState state, JobSpec spec) => new(EndingKind.Watchdog,
        $"{(state.HeartbeatSeen == 0 ? "it has not beaten at all" : "its heartbeat has not changed")} within its watchdog of {InWords.Of(TimeOf(state, spec) ?? default)}");

    /// <summary>The time within which a sign of life is due: what the job said last (WATCHDOG_USEC), else what the file says; null: nobody watches.</summary>
    public static TimeSpan? TimeOf(JobState state, JobSpec spec) => state.Said.WatchdogTime switch
    {
        null => spec.Watchdog,
        { } time when time <= TimeSpan.Zero || time == TimeSpan.MaxValue => null,
        { } time => time,
    };
}
