using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>
/// What can happen to an instance. Facts about a process belong to the current attempt: the engine drops those of an earlier one before they
/// get here, by the number of the spawn they carry.
/// </summary>
public abstract record JobEvent
{
    /// <summary>It shall be up; a job with a schedule waits for its time, unless it shall run now.</summary>
    /// <param name="ByHand">By somebody's word, or by its schedule: restarts are counted anew.</param>
    /// <param name="Run">Whether one with a schedule, or one that starts on demand, runs now.</param>
    /// <param name="Once">Whether, at rest, it runs this once and its schedule does not begin.</param>
    public sealed record Start(bool ByHand, bool Run = false, bool Once = false) : JobEvent;

    /// <summary>It shall be down (<paramref name="Reason"/>: "stopped by request", "supervisor stops").</summary>
    public sealed record Stop(string Reason) : JobEvent;

    /// <summary>All of it is killed at once, and stays down.</summary>
    public sealed record Kill(string Reason) : JobEvent;

    /// <summary>It shall re-read its own configuration, by its <c>reload:</c>; nothing happens when it is not up or has none.</summary>
    public sealed record Reload : JobEvent;

    /// <summary>A connection has come to one of its sockets.</summary>
    public sealed record Connected : JobEvent;

    /// <summary>Its sockets cannot be opened while nothing of it runs.</summary>
    public sealed record ListenFailed(SpawnFailure Failure) : JobEvent;

    /// <summary>Everything that it waits for has come true.</summary>
    public sealed record DependenciesMet : JobEvent;

    /// <summary>The step that was started (before_start, stop, on_failure) is over and nothing of it is left.</summary>
    /// <param name="Failure">Why it counts as failed, in words; null: it succeeded.</param>
    public sealed record StepEnded(string? Failure) : JobEvent;

    /// <summary>The main process runs.</summary>
    public sealed record Spawned(int Pid) : JobEvent;

    /// <summary>The main process could not be started.</summary>
    public sealed record SpawnFailed(SpawnFailure Failure) : JobEvent;

    /// <summary>The main process has ended; <paramref name="Status"/> null: nobody knows how.</summary>
    public sealed record Exited(ExitStatus? Status, ResourceUsage Usage, bool Leftovers, CgroupUsage? Cgroup = null) : JobEvent;

    /// <summary>Nothing is left of its group.</summary>
    public sealed record LeftoversGone : JobEvent;

    /// <summary>Its last output has been taken over.</summary>
    public sealed record LogDrained : JobEvent;

    /// <summary>A hook for the end of the current attempt; nothing happens when there is none.</summary>
    public sealed record RegisterHook(CleanupHook Hook) : JobEvent;

    /// <summary>
    /// What is owed from elsewhere (an attempt of the supervisor before, or the supervisor itself) is due: it stands in the state already, and nothing of it
    /// runs. <paramref name="Waits"/>: something of that attempt may still live; its end comes back as <see cref="StepEnded"/>.
    /// </summary>
    public sealed record CleanUp(Sequence<EnvironmentVariable> Cause, ExitRecord? Exit, bool Waits) : JobEvent;

    /// <summary>One of the deadlines in the state is due.</summary>
    /// <param name="Heartbeat">What stands on the board then; null: there is none.</param>
    /// <param name="HeldUntil">Before this time the supervisor makes no restart: too many over all jobs; null: it may be made.</param>
    public sealed record DeadlineDue(ulong? Heartbeat = null, TimeSpan? HeldUntil = null) : JobEvent;

    /// <summary>A probe has been answered; <paramref name="ByStep"/>: it was a command, and nothing of it is left.</summary>
    public sealed record Probed(ProbeAnswer Answer, bool ByStep) : JobEvent;

    /// <summary>One of its processes has told something.</summary>
    /// <param name="Message">What.</param>
    /// <param name="ReloadingSince">When the reload that it tells of began, on the engine's clock; null: not said.</param>
    public sealed record Notified(Notification Message, TimeSpan? ReloadingSince) : JobEvent;

    /// <summary>Another process of it is the main one now.</summary>
    public sealed record MainChanged(int Pid) : JobEvent;

    /// <summary>What was waited for has shown that it is ready; it may come before its start has been reported.</summary>
    public sealed record BecameReady(string Words) : JobEvent;

    private JobEvent()
    {
    }
}
