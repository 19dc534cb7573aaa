using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>What readers on other threads see of the whole supervisor: immutable, published by the engine with one volatile write.</summary>
public sealed record SupervisorSnapshot
{
    /// <summary>What the supervisor as a whole is doing.</summary>
    public required SupervisorState State { get; init; }

    /// <summary>When it started.</summary>
    public required Instant Started { get; init; }

    /// <summary>Every instance, in file order.</summary>
    public required ImmutableArray<InstanceSnapshot> Instances { get; init; }

    /// <summary>The configuration in force.</summary>
    public required SupervisorSpec Spec { get; init; }

    /// <summary>Processes reaped that we had not started.</summary>
    public required long OrphansReaped { get; init; }

    /// <summary>Facts about attempts that were over already, dropped.</summary>
    public required long LateFacts { get; init; }

    /// <summary>Living processes that came to us and belong to no job.</summary>
    public required int Strays { get; init; }

    /// <summary>Starts reported so far, steps included.</summary>
    public long Spawns { get; init; }

    /// <summary>How long those starts took together, from preparation to the report.</summary>
    public TimeSpan SpawnTime { get; init; }

    /// <summary>Automatic restarts that had to wait because there were too many over all jobs.</summary>
    public long RestartsHeldBack { get; init; }

    /// <summary>How often its image has been exchanged (live upgrades).</summary>
    public int Upgrades { get; init; }

    /// <summary>Sequence number of the newest event.</summary>
    public required long LastSequence { get; init; }
}

/// <summary>States of the supervisor itself.</summary>
public enum SupervisorState
{
    /// <summary>The jobs that start by themselves have not all come up yet.</summary>
    Starting,
    /// <summary>Normal work.</summary>
    Running,
    /// <summary>Stopping everything.</summary>
    Stopping,
    /// <summary>Everything is stopped.</summary>
    Stopped,
}

/// <summary>What readers see of one instance.</summary>
public sealed record InstanceSnapshot
{
    /// <summary>Its name.</summary>
    public required InstanceName Name { get; init; }

    /// <summary>Its state, in the public vocabulary.</summary>
    public required PublicState State { get; init; }

    /// <summary>Whether it is wanted up.</summary>
    public required Goal Goal { get; init; }

    /// <summary>Pid of the main process; null when none.</summary>
    public int? Pid { get; init; }

    /// <summary>Number of the current or last attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Invocation id of the current or last attempt; empty before the first.</summary>
    public string InvocationId { get; init; } = "";

    /// <summary>Automatic restarts since the last manual start.</summary>
    public required int Restarts { get; init; }

    /// <summary>When it came into its state.</summary>
    public required Instant Since { get; init; }

    /// <summary>When the main process was started; null when none runs.</summary>
    public Instant? RunningSince { get; init; }

    /// <summary>What it does now or waits for, in a few words ("waiting for db", "changing directory: ..."); null: nothing to say.</summary>
    public string? StatusText { get; init; }

    /// <summary>What its health probes have found; null: nobody asks, or it is not up.</summary>
    public HealthSnapshot? Health { get; init; }

    /// <summary>What of its <c>resources:</c> does not hold, in words; null: all does.</summary>
    public string? ResourceWarning { get; init; }

    /// <summary>What happens next by itself; null: nothing.</summary>
    public NextAction? Next { get; init; }

    /// <summary>Whether its sockets are open and the first connection starts it.</summary>
    public bool IsListening { get; init; }

    /// <summary>Whether a rolling restart has started it in addition to those that the configuration asks for, and ends it again.</summary>
    public bool IsExtra { get; init; }

    /// <summary>Its schedule; null: it has none, or it is off.</summary>
    public ScheduleSnapshot? Schedule { get; init; }

    /// <summary>The last ends, newest first, at most 20.</summary>
    public ImmutableArray<ExitRecord> Exits { get; init; } = [];

    /// <summary>Ends since the supervisor's start, indexed by <see cref="ExitCause"/>.</summary>
    public ImmutableArray<long> ExitCounts { get; init; } = [];

    /// <summary>Automatic restarts since the supervisor's start (unlike <see cref="Restarts"/>, a start by hand does not reset it).</summary>
    public long RestartsEver { get; init; }

    /// <summary>How long the first start took that went through to the end; null: none has yet.</summary>
    public StartTimes? FirstStart { get; init; }

    /// <summary>How long the newest start took that went through to the end; null: none has yet.</summary>
    public StartTimes? LastStart { get; init; }

    /// <summary>The last decisions in words, oldest first, at most 40 (for `why`).</summary>
    public ImmutableArray<StoryLine> Story { get; init; } = [];

    /// <summary>The spec in force.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>The job of the file that it comes from.</summary>
    public required JobDefinition Definition { get; init; }

    /// <summary>The last end; null before the first.</summary>
    public ExitRecord? LastExit => Exits.IsEmpty ? null : Exits[0];
}

/// <summary>A schedule that is on.</summary>
/// <param name="NextRun">When it runs next; null: never again.</param>
/// <param name="IsQueued">Whether a run waits for the one that goes on.</param>
/// <param name="Skipped">Runs left out because the one before went on.</param>
public sealed record ScheduleSnapshot(Instant? NextRun, bool IsQueued, long Skipped);

/// <summary>What health probes have found.</summary>
/// <param name="State">The verdict.</param>
/// <param name="Failures">Failures in a row that count.</param>
/// <param name="Limit">How many end it.</param>
/// <param name="LastFailure">Why the last probe did not pass; null: it passed, or there was none.</param>
public sealed record HealthSnapshot(Health State, int Failures, int Limit, string? LastFailure);

/// <summary>The course of a start.</summary>
/// <param name="Wanted">When it was to start: from here it waited for what it depends on, or retried.</param>
/// <param name="Began">When the attempt began that went through.</param>
/// <param name="Up">When it was up: ready, or succeeded for a oneshot.</param>
public sealed record StartTimes(Instant Wanted, Instant Began, Instant Up);

/// <summary>A decision or an event of an instance, in words.</summary>
public sealed record StoryLine(long Sequence, DateTimeOffset At, int Attempt, PublicState State, StoryLevel Level, string Text);

/// <summary>How loud a story line is in the log.</summary>
public enum StoryLevel
{
    /// <summary>A step on the way that only the event stream tells.</summary>
    Detail,
    /// <summary>Normal life.</summary>
    Information,
    /// <summary>Something went wrong and is being handled.</summary>
    Warning,
    /// <summary>Given up.</summary>
    Error,
}

/// <summary>What happens next, and when (null: when its condition comes true).</summary>
/// <param name="Action">In words: "attempt 4", "SIGKILL", "starts when db is ready".</param>
/// <param name="At">When, on both clocks.</param>
public sealed record NextAction(string Action, Instant? At);
