using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>Makes the record of a run out of what the machine has gathered.</summary>
public static class ExitRecords
{
    /// <summary>The record; null when the attempt was called off by request before anything of it ran.</summary>
    public static ExitRecord? Of(JobState state, JobSpec spec, Instant now)
    {
        if (state is { Exit: null, Failure: null, Ending: null or { Kind: EndingKind.Requested } })
        {
            return null;
        }

        var cause = CauseOf(state);
        var status = state.Exit?.Status;
        var started = state.MainStarted ?? state.AttemptBegan;
        var ended = state.ExitAt ?? now;
        return new()
        {
            Attempt = state.Attempt,
            InvocationId = state.InvocationId,
            Cause = cause,
            Pid = state.Pid,
            Status = status,
            Failure = state.Failure,
            Success = cause is ExitCause.Exited or ExitCause.Signal or ExitCause.Core && RestartDecision.Matches(spec.Restart.Success, status),
            Started = started.Wall,
            Ended = ended.Wall,
            Duration = ended.Monotonic - started.Monotonic,
            Usage = state.Exit?.Usage ?? default,
            Cgroup = state.Exit?.Cgroup,
            LastWords = state.Said.InWords,
        };
    }

    private static ExitCause CauseOf(JobState state) => state switch
    {
        { Failure: not null } => ExitCause.SpawnFailed,
        { Ending.Kind: EndingKind.StartTimeout } => ExitCause.StartTimeout,
        { Ending.Kind: EndingKind.RuntimeLimit } => ExitCause.RuntimeLimit,
        { Ending.Kind: EndingKind.Watchdog } => ExitCause.Watchdog,
        { Ending.Kind: EndingKind.Unhealthy } => ExitCause.Unhealthy,
        { Exit.Status: null } => ExitCause.Lost,
        { Ending.Killed: KillKind.OutOfTime, Exit.Status.Signal.Number: 9 } => ExitCause.StopTimeout,
        { Ending.Killed: KillKind.Ordered, Exit.Status.Signal.Number: 9 } => ExitCause.Killed,
        { Exit: { Status.Signal.Number: 9, Cgroup.OomKills: > 0 } } => ExitCause.OomKill,
        { Exit.Status.CoreDumped: true } => ExitCause.Core,
        { Exit.Status.Signal: not null } => ExitCause.Signal,
        _ => ExitCause.Exited,
    };
}
