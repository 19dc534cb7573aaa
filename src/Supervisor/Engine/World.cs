using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// Everything that the engine knows and another image of the supervisor has to know to go on in its place: immutable, made on the engine thread. The
/// specs are not in it: they come from the text of the configuration in force.
/// </summary>
public sealed record World
{
    /// <summary>When the supervisor started: an upgrade is no new start.</summary>
    public required Instant Started { get; init; }

    /// <summary>Sequence number of the newest event.</summary>
    public long Sequence { get; init; }

    /// <summary>Number of the newest start.</summary>
    public long LastSpawn { get; init; }

    /// <summary>Processes reaped that we had not started.</summary>
    public long OrphansReaped { get; init; }

    /// <summary>Facts about attempts that were over already.</summary>
    public long LateFacts { get; init; }

    /// <summary>Starts reported so far.</summary>
    public long Spawns { get; init; }

    /// <summary>How long they took together.</summary>
    public TimeSpan SpawnTime { get; init; }

    /// <summary>Turns that automatic restarts have taken (supervisor.restart_limit).</summary>
    public ImmutableArray<TimeSpan> RestartTurns { get; init; } = [];

    /// <summary>Automatic restarts that were held back.</summary>
    public long RestartsHeldBack { get; init; }

    /// <summary>How often the image has been exchanged.</summary>
    public int Upgrades { get; init; }

    /// <summary>Every instance, in order.</summary>
    public ImmutableArray<InstanceWorld> Instances { get; init; } = [];
}

/// <summary>One instance in a <see cref="World"/>: the machine's state and what the engine holds beside it.</summary>
public sealed record InstanceWorld
{
    /// <summary>Which.</summary>
    public required InstanceName Name { get; init; }

    /// <summary>The machine's state.</summary>
    public required JobState State { get; init; }

    /// <summary>Its main process; null: none, or none yet.</summary>
    public HeldProcess? Main { get; init; }

    /// <summary>The commands that run beside it.</summary>
    public ImmutableArray<StepWorld> Steps { get; init; } = [];

    /// <summary>Whether its log has been opened.</summary>
    public bool HasLog { get; init; }

    /// <summary>Whether it has shared memory.</summary>
    public bool HasMemory { get; init; }

    /// <summary>The attempt whose beginning its log has been told.</summary>
    public int LoggedAttempt { get; init; }

    /// <summary>Reloads asked of this attempt.</summary>
    public int Reloads { get; init; }

    /// <summary>Whether a reload is the last thing that was asked of it.</summary>
    public bool IsReloading { get; init; }

    /// <summary>Why it is to be stopped as soon as nobody needs it any more.</summary>
    public string? StopOrdered { get; init; }

    /// <summary>Whether the stop that was ordered is not followed by a start.</summary>
    public bool StopsForGood { get; init; }

    /// <summary>Whether its stop is half of a restart.</summary>
    public bool ComesBack { get; init; }

    /// <summary>When it goes again: a rolling restart has brought it along; null: the configuration asks for it.</summary>
    public string? ExtraUntil { get; init; }

    /// <summary>Whether the unmet dependencies of this wait have been told.</summary>
    public string? WaitTold { get; init; }

    /// <summary>What is to be said in status besides the state.</summary>
    public string? Remark { get; init; }

    /// <summary>What of its <c>resources:</c> does not hold.</summary>
    public string? ResourceWarning { get; init; }

    /// <summary>How the last reload command failed.</summary>
    public string? ReloadFailure { get; init; }

    /// <summary>The last events.</summary>
    public ImmutableArray<StoryLine> Story { get; init; } = [];

    /// <summary>Ends by cause.</summary>
    public ImmutableArray<long> ExitCounts { get; init; } = [];

    /// <summary>Automatic restarts.</summary>
    public long RestartsEver { get; init; }

    /// <summary>The first start that went through.</summary>
    public StartTimes? FirstStart { get; init; }

    /// <summary>The newest one.</summary>
    public StartTimes? LastStart { get; init; }

    /// <summary>Since when it is to be up and is not.</summary>
    public Instant? Wanted { get; init; }

    /// <summary>Its schedule; null: it has none, or it is off.</summary>
    public TimerWorld? Timer { get; init; }
}

/// <summary>The schedule of an instance.</summary>
/// <param name="Nominal">What the schedule says of the next run.</param>
/// <param name="Due">When it is due.</param>
/// <param name="Missed">Runs that it makes up for.</param>
/// <param name="IsQueued">Whether a run waits for the one before.</param>
/// <param name="Skipped">Runs left out.</param>
public sealed record TimerWorld(Instant? Nominal, Instant? Due, int Missed, bool IsQueued, long Skipped);

/// <summary>A command that runs beside a main process.</summary>
public sealed record StepWorld
{
    /// <summary>What for.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>The command.</summary>
    public required CommandStep Step { get; init; }

    /// <summary>Its process; null: its start has not been reported, and is made again.</summary>
    public HeldProcess? Process { get; init; }

    /// <summary>Whether its process has ended: what it left behind is being ended.</summary>
    public bool HasEnded { get; init; }

    /// <summary>How.</summary>
    public ExitStatus? Exit { get; init; }

    /// <summary>Why it is being ended; null: it is not.</summary>
    public string? CutShort { get; init; }

    /// <summary>Whether it is killed.</summary>
    public bool IsKilled { get; init; }

    /// <summary>Its limit.</summary>
    public TimeSpan? Deadline { get; init; }
}
