namespace Supervisor.Control.Messages;

/// <summary>Answer of <c>GET /v1/status</c>. Names and meanings are stable; additions are free.</summary>
/// <param name="Supervisor">The supervisor itself.</param>
/// <param name="Jobs">The instances that were asked for, in file order.</param>
public sealed record StatusMessage(SupervisorMessage Supervisor, IReadOnlyList<JobMessage> Jobs);

/// <summary>The supervisor itself.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Pid">Its pid.</param>
/// <param name="UptimeSeconds">How long it has run.</param>
/// <param name="State">starting, running, stopping, stopped.</param>
/// <param name="Configuration">File that it was started with.</param>
/// <param name="OrphansReaped">Processes that it had not started, reaped.</param>
/// <param name="Strays">Living processes that came to it and belong to no job.</param>
/// <param name="LateFacts">Facts about attempts that were over already.</param>
/// <param name="RestartsHeldBack">Automatic restarts that had to wait for supervisor.restart_limit.</param>
public sealed record SupervisorMessage(
    string Version, int Pid, double UptimeSeconds, string State, string Configuration, long OrphansReaped, int Strays, long LateFacts,
    long RestartsHeldBack);

/// <summary>A schedule that is on.</summary>
/// <param name="NextRun">When it runs next; null: never again.</param>
/// <param name="Queued">Whether a run waits for the one that goes on.</param>
/// <param name="Skipped">Runs left out because the one before went on, since the supervisor's start.</param>
public sealed record ScheduleMessage(DateTimeOffset? NextRun, bool Queued, long Skipped);

/// <summary>One instance of a job.</summary>
public sealed record JobMessage
{
    /// <summary>Name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>Number of the instance, from 0.</summary>
    public required int Instance { get; init; }

    /// <summary><c>web</c> or <c>web@2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>service or oneshot.</summary>
    public required string Kind { get; init; }

    /// <summary>Its state in the public vocabulary.</summary>
    public required string State { get; init; }

    /// <summary>up or down.</summary>
    public required string Goal { get; init; }

    /// <summary>Whether its sockets are open and the first connection starts it.</summary>
    public bool Listening { get; init; }

    /// <summary>Whether a rolling restart has started it in addition to those that the configuration asks for; it goes again by itself.</summary>
    public bool Extra { get; init; }

    /// <summary>Its schedule; null: it has none, or it is off.</summary>
    public ScheduleMessage? Schedule { get; init; }

    /// <summary>Pid of the main process; null: none.</summary>
    public required int? Pid { get; init; }

    /// <summary>Number of the attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>Automatic restarts since the last manual start.</summary>
    public required int Restarts { get; init; }

    /// <summary>When it came into its state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How long its process has run; null: none runs.</summary>
    public required double? UptimeSeconds { get; init; }

    /// <summary>Whether it is ready.</summary>
    public required bool Ready { get; init; }

    /// <summary>What it does or waits for.</summary>
    public required string? StatusText { get; init; }

    /// <summary>What its health probes have found; null: it has none, or is not up.</summary>
    public required JobHealthMessage? Health { get; init; }

    /// <summary>What of its <c>resources:</c> does not hold; null: all does.</summary>
    public required string? ResourceWarning { get; init; }

    /// <summary>What it has told by sd_notify; null: it has no socket for that.</summary>
    public required NotificationsMessage? Notifications { get; init; }

    /// <summary>What happens next by itself.</summary>
    public required NextMessage? Next { get; init; }

    /// <summary>Its last end.</summary>
    public required ExitMessage? LastExit { get; init; }

    /// <summary>How many instances of the job there are, when that differs from the file (<c>scale</c>); null: as the file says.</summary>
    public required ScaledMessage? Scaled { get; init; }

    /// <summary>What its output has cost.</summary>
    public required LogCountersMessage Log { get; init; }
}

/// <summary>What health probes have found.</summary>
/// <param name="State">starting (none has passed yet), healthy or unhealthy (it is being ended for it).</param>
/// <param name="Failures">Failures in a row.</param>
/// <param name="Limit">How many in a row end it.</param>
/// <param name="LastFailure">Why the last probe did not pass; null: it passed, or there was none.</param>
public sealed record JobHealthMessage(string State, int Failures, int Limit, string? LastFailure);

/// <summary>What the socket for sd_notify has seen since it was made.</summary>
/// <param name="Messages">Messages, heartbeats included.</param>
/// <param name="Foreign">Dropped: their sender is no process of the job.</param>
/// <param name="Malformed">Dropped, or read in part: too long, not text, a number that is none.</param>
/// <param name="ClosedDescriptors">Descriptors that came and were not kept.</param>
/// <param name="StoredDescriptors">Descriptors that the job has left with the supervisor.</param>
public sealed record NotificationsMessage(long Messages, long Foreign, long Malformed, long ClosedDescriptors, int StoredDescriptors);

/// <summary>A job that was scaled: it stays so until the configuration is applied.</summary>
/// <param name="Instances">How many there are.</param>
/// <param name="File">How many the file in force asks for.</param>
public sealed record ScaledMessage(int Instances, int File);

/// <summary>What happens next.</summary>
/// <param name="Action">In words.</param>
/// <param name="At">When; null: when its condition comes true.</param>
/// <param name="InSeconds">How long until then, when the answer was made, by the monotonic clock.</param>
public sealed record NextMessage(string Action, DateTimeOffset? At, double? InSeconds);

/// <summary>Counters of a job's log.</summary>
/// <param name="Bytes">Bytes read from its output.</param>
/// <param name="Lines">Lines read from its output.</param>
/// <param name="DroppedBytes">Bytes that were dropped.</param>
/// <param name="DroppedLines">Lines that ended in those.</param>
/// <param name="WriteErrors">Failed writes of its log.</param>
/// <param name="LastError">The newest of those, in words; null: none.</param>
public sealed record LogCountersMessage(long Bytes, long Lines, long DroppedBytes, long DroppedLines, long WriteErrors, string? LastError);
