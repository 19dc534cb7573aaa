using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>Everything that the machine knows of one instance. Immutable; deadlines are values in it, on the monotonic clock.</summary>
public sealed record JobState
{
    /// <summary>How many ends are kept.</summary>
    public const int KeptExits = 20;

    /// <summary>Before anything has happened.</summary>
    public static readonly JobState Initial = new();

    /// <summary>What is wanted.</summary>
    public Goal Goal { get; init; } = Goal.Down;

    /// <summary>Where it stands.</summary>
    public Phase Phase { get; init; } = Phase.Stopped;

    /// <summary>When it came into <see cref="Phase"/>.</summary>
    public Instant Since { get; init; }

    /// <summary>Number of the current or last attempt; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>Invocation id of that attempt: 32 hex digits.</summary>
    public string InvocationId { get; init; } = "";

    /// <summary>Automatic restarts since the last start by hand.</summary>
    public int Restarts { get; init; }

    /// <summary>What the back-off remembers.</summary>
    public RestartHistory History { get; init; } = RestartHistory.None;

    /// <summary>Index of the current step (before_start, stop, on_failure).</summary>
    public int Step { get; init; }

    /// <summary>Step processes that run and have not been reported as ended.</summary>
    public int StepsRunning { get; init; }

    /// <summary>Whether something of the group of the ended main process is left.</summary>
    public bool Leftovers { get; init; }

    /// <summary>When the first step of the attempt began.</summary>
    public Instant AttemptBegan { get; init; }

    /// <summary>When the main process was reported; null while there has been none in this attempt.</summary>
    public Instant? MainStarted { get; init; }

    /// <summary>Pid of the main process of this attempt.</summary>
    public int? Pid { get; init; }

    /// <summary>Why the attempt is being ended by us; null: it is not.</summary>
    public Ending? Ending { get; init; }

    /// <summary>How the main process ended, between its end and its publication.</summary>
    public JobEvent.Exited? Exit { get; init; }

    /// <summary>When it ended.</summary>
    public Instant? ExitAt { get; init; }

    /// <summary>Why the main process could not be started, between the failure and its publication.</summary>
    public SpawnFailure? Failure { get; init; }

    /// <summary>Limit of the start (or of a oneshot's run).</summary>
    public TimeSpan? StartDeadline { get; init; }

    /// <summary>When <c>ready: {after}</c> comes true.</summary>
    public TimeSpan? ReadyAt { get; init; }

    /// <summary>Limit of the run.</summary>
    public TimeSpan? RuntimeDeadline { get; init; }

    /// <summary>When the watchdog looks at the heartbeat next.</summary>
    public TimeSpan? WatchdogLook { get; init; }

    /// <summary>The heartbeat that the last look found.</summary>
    public ulong HeartbeatSeen { get; init; }

    /// <summary>When a look found it changed.</summary>
    public TimeSpan HeartbeatAt { get; init; }

    /// <summary>By what it has shown that it is ready before its start was reported; null: it has not.</summary>
    public string? ReadyEarly { get; init; }

    /// <summary>What it has told of itself in this attempt.</summary>
    public Said Said { get; init; } = Said.Nothing;

    /// <summary>What probes have found.</summary>
    public Probing Probing { get; init; } = Probing.None;

    /// <summary>End of the current stop step, or of the patience with leftovers.</summary>
    public TimeSpan? StepDeadline { get; init; }

    /// <summary>When the next attempt is due.</summary>
    public Instant? RetryAt { get; init; }

    /// <summary>Whether its restart has been held back because there are too many over all jobs; its turn is at <see cref="RetryAt"/>.</summary>
    public bool IsHeldBack { get; init; }

    /// <summary>When connections have started it, the newest of them, oldest first.</summary>
    public ImmutableArray<TimeSpan> Activations { get; init; } = [];

    /// <summary>Whether a run has been asked for that follows the one that is being ended (a job with a schedule).</summary>
    public bool RunWanted { get; init; }

    /// <summary>Whether it runs once, by request, while its schedule is off.</summary>
    public bool RunsOnce { get; init; }

    /// <summary>What is to be run after the end of this attempt; null: nothing.</summary>
    public OwedCleanup? Cleanup { get; init; }

    /// <summary>The last ends, newest first.</summary>
    public ImmutableArray<ExitRecord> Exits { get; init; } = [];

    /// <summary>The earliest deadline of the phase; null: nothing is due by itself.</summary>
    public TimeSpan? NextDeadline => Phase switch
    {
        Phase.Preparing or Phase.Spawning => StartDeadline,
        Phase.Running => Earliest(Earliest(StartDeadline, ReadyAt), Earliest(Earliest(Earliest(RuntimeDeadline, WatchdogLook), Probing.Due), Said.ReloadDeadline)),
        Phase.Ready => Earliest(Earliest(Earliest(RuntimeDeadline, WatchdogLook), Probing.Due), Said.ReloadDeadline),
        Phase.Stopping or Phase.Clearing => StepDeadline,
        Phase.Backoff or Phase.Listening => RetryAt?.Monotonic,
        _ => null,
    };

    private static TimeSpan? Earliest(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null || a < b ? a : b;
}

/// <summary>Why we end an attempt.</summary>
/// <param name="Kind">Which of the reasons.</param>
/// <param name="Reason">In words.</param>
/// <param name="Killed">Whether SIGKILL was sent to all, and why it came to that.</param>
/// <param name="StartsAgain">Whether somebody has asked meanwhile to start it again: then the restart policy is not asked.</param>
public sealed record Ending(EndingKind Kind, string Reason, KillKind Killed = KillKind.No, bool StartsAgain = false);

/// <summary>Reasons to end an attempt.</summary>
public enum EndingKind
{
    /// <summary>Somebody asked.</summary>
    Requested,
    /// <summary>It did not become ready in time.</summary>
    StartTimeout,
    /// <summary>It ran longer than it may.</summary>
    RuntimeLimit,
    /// <summary>It gave no sign of life in time.</summary>
    Watchdog,
    /// <summary>Its health probes failed.</summary>
    Unhealthy,
    /// <summary>It has told that it is ending by itself, and is given the time of its stop.</summary>
    ByItself,
}

/// <summary>Whether and why SIGKILL was sent.</summary>
public enum KillKind
{
    /// <summary>It was not.</summary>
    No,
    /// <summary>By a step of the stop, or because everything is killed at once.</summary>
    Ordered,
    /// <summary>Because the time of all steps was over.</summary>
    OutOfTime,
}
