namespace Supervisor.Specs;

/// <summary>
/// What one instance of a job is: every variable expanded, every default filled in, nothing left to look up but users and files.
/// Two specs that are equal describe the same job: a reload compares them.
/// </summary>
public sealed record JobSpec
{
    /// <summary>Name of the instance.</summary>
    public required InstanceName Name { get; init; }

    /// <summary>How the main process is started.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>A service runs until it is stopped; a oneshot runs to its end.</summary>
    public JobKind Kind { get; init; } = JobKind.Service;

    /// <summary>What its processes may use together; null: nothing is limited.</summary>
    public ResourceSpec? Resources { get; init; }

    /// <summary>When the job is started.</summary>
    public StartMode Start { get; init; } = StartMode.Auto;

    /// <summary>Steps before every start, in order; a failing one is a failed start.</summary>
    public Sequence<CommandStep> BeforeStart { get; init; } = [];

    /// <summary>Jobs that this one waits for.</summary>
    public Sequence<Dependency> DependsOn { get; init; } = [];

    /// <summary>What happens to this job while it runs when a dependency restarts.</summary>
    public OnDependencyRestart OnDependencyRestart { get; init; } = OnDependencyRestart.Keep;

    /// <summary>When a running process counts as ready.</summary>
    public ReadySpec Ready { get; init; } = ReadySpec.Started;

    /// <summary>Limit from the first step of a start to readiness (oneshot: to its end); null: none.</summary>
    public TimeSpan? StartTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Limit of one run, from its start; null: none.</summary>
    public TimeSpan? RuntimeLimit { get; init; }

    /// <summary>When the job is started again after an end.</summary>
    public RestartSpec Restart { get; init; } = RestartSpec.Default;

    /// <summary>Sockets that the supervisor opens for it and hands over as LISTEN_FDS.</summary>
    public Sequence<SocketSpec> Sockets { get; init; } = [];

    /// <summary>
    /// Instances that a rolling restart starts in addition before it takes the first one down: 0 or 1; null: 1 when the instances share all their sockets.
    /// </summary>
    public int? Surge { get; init; }

    /// <summary>When it runs by itself; null: it has no schedule.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>Commands run, in order, when the job has been given up.</summary>
    public Sequence<CommandStep> OnFailure { get; init; } = [];

    /// <summary>Commands run after every end of an attempt, oldest first: the last one runs first.</summary>
    public Sequence<CleanupHook> Cleanup { get; init; } = [];

    /// <summary>How the main process is asked to end.</summary>
    public StopSpec Stop { get; init; } = StopSpec.Default;

    /// <summary>How the job re-reads its own configuration; null: it cannot.</summary>
    public ReloadSpec? Reload { get; init; }

    /// <summary>Where its output goes.</summary>
    public LogSpec Log { get; init; } = LogSpec.Default;

    /// <summary>Whether it has a state board.</summary>
    public bool Board { get; init; } = true;

    /// <summary>The regions of shared memory that it maps.</summary>
    public Sequence<RegionSpec> Regions { get; init; } = [];

    /// <summary>Once ready it must show a sign of life within this time; null: nobody watches.</summary>
    public TimeSpan? Watchdog { get; init; }

    /// <summary>Whether it gets the address for sd_notify although nothing else asks for that.</summary>
    public bool Notify { get; init; }

    /// <summary>How many descriptors it may leave with the supervisor over a restart; 0: none.</summary>
    public int FileDescriptorStore { get; init; }

    /// <summary>Whether it gets the address for sd_notify.</summary>
    public bool HasNotifySocket => Notify || Ready is ReadyWhenNotified || Watchdog is not null || FileDescriptorStore > 0 || Reload is { ConfirmedWithin: not null };

    /// <summary>Whether it is well while it is up; null: nobody asks.</summary>
    public HealthSpec? Health { get; init; }

    /// <summary>At its final end, whatever the code, the supervisor stops everything and ends with that code.</summary>
    public bool Essential { get; init; }
}

/// <summary>Kinds of jobs.</summary>
public enum JobKind
{
    /// <summary>Runs until it is stopped.</summary>
    Service,
    /// <summary>Runs to its end.</summary>
    Oneshot,
}

/// <summary>When a job is started.</summary>
public enum StartMode
{
    /// <summary>At the supervisor's start.</summary>
    Auto,
    /// <summary>When somebody asks.</summary>
    Manual,
    /// <summary>At the first connection to one of its sockets.</summary>
    OnDemand,
}

/// <summary>What a job does when a dependency of its restarts.</summary>
public enum OnDependencyRestart
{
    /// <summary>Nothing.</summary>
    Keep,
    /// <summary>It is restarted once the dependency is satisfied again.</summary>
    Restart,
    /// <summary>It is stopped.</summary>
    Stop,
}

/// <summary>A command run beside the main process, with its limit (SIGTERM at the limit, SIGKILL 2 s later).</summary>
public sealed record CommandStep(Sequence<string> Command, TimeSpan Timeout)
{
    /// <summary>Default limit of a step.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
}

/// <summary>One job that must have come to <see cref="Condition"/> first.</summary>
public readonly record struct Dependency(string Job, DependencyCondition Condition);

/// <summary>How far a dependency must have come.</summary>
public enum DependencyCondition
{
    /// <summary>Its process runs.</summary>
    Started,
    /// <summary>It is ready (a oneshot: it succeeded).</summary>
    Ready,
    /// <summary>It ended, whatever the code.</summary>
    Completed,
    /// <summary>It ended in success.</summary>
    Succeeded,
}

/// <summary><c>reload:</c>: a signal to the main process, or a command.</summary>
/// <param name="Signal">Signal to the main process; null: a command is run.</param>
/// <param name="Run">The command.</param>
/// <param name="ConfirmedWithin">The process confirms a signal by RELOADING=1 and READY=1 within this time; null: it does not.</param>
public sealed record ReloadSpec(Signal? Signal, CommandStep? Run, TimeSpan? ConfirmedWithin = null);
