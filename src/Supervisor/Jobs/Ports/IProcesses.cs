using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>What the engine asks of the part of the kernel that runs programs. Implemented by Processes/, faked on floor 2.</summary>
public interface IProcesses
{
    /// <summary>
    /// Queues the start of a program and returns at once. The outcome is posted as <see cref="SpawnReported"/>; when the program ran, its
    /// end is posted as <see cref="ChildExited"/>, always after the report.
    /// </summary>
    void Start(StartRequest request);

    /// <summary>The start that is being made now, and how long it has taken so far; null: none is.</summary>
    (long SpawnId, TimeSpan SoFar)? StartOnItsWay { get; }

    /// <summary>All processes of a run are over: what was made for it alone (the copies of its credentials) goes. Returns at once.</summary>
    void Forget(InstanceName owner, string invocationId);

    /// <summary>Processes that came to us and belong to nobody we know, alive now. They are left alone until the shutdown.</summary>
    int StrayCount();

    /// <summary>Signals every stray (shutdown only).</summary>
    void SignalStrays(Signal signal);

    /// <summary>
    /// Takes over a process that an earlier image of the supervisor started. Its end is posted as <see cref="ChildExited"/> with the number in
    /// <paramref name="identity"/>, unless it had been told before. Null: it cannot be found any more.
    /// </summary>
    IChildProcess? Adopt(HeldProcess identity);

    /// <summary>What a supervisor that was killed had started, as far as it can be found: what it left in the service manager's store, and what still runs.</summary>
    IReadOnlyList<HeldProcess> FindLost();

    /// <summary>How a process has ended that was found; null: it has not, or nobody can tell.</summary>
    ExitStatus? EndOf(HeldProcess identity);

    /// <summary>Posts the ends of processes that were taken over and are not our children (<see cref="AdoptedEnded"/>).</summary>
    void CollectAdopted();

    /// <summary>One of those has ended some time ago, and nobody reaps it: its end is posted without a status.</summary>
    void GiveUpAdopted(long spawnId);
}

/// <summary>What a process is known by, so that another image of the supervisor finds exactly this one again.</summary>
public sealed record HeldProcess
{
    /// <summary>Whose it is.</summary>
    public required InstanceName Owner { get; init; }

    /// <summary>What it is for: <c>main</c>, or the kind of the step.</summary>
    public required string Role { get; init; }

    /// <summary>Number of the attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>Number of its start: facts about it carry it.</summary>
    public required long SpawnId { get; init; }

    /// <summary>Its pid.</summary>
    public required int Pid { get; init; }

    /// <summary>When it started, in clock ticks since the boot: with the pid it names one process of this boot. Source: proc_pid_stat(5), field 22.</summary>
    public required ulong StartTime { get; init; }

    /// <summary>SUPERVISOR_INVOCATION_ID of its run.</summary>
    public required string InvocationId { get; init; }

    /// <summary>The pipes of its output (<c>pipe:[4711]</c>).</summary>
    public Sequence<string> Pipes { get; init; } = [];

    /// <summary>Whether it ran beside a main process of the same run.</summary>
    public bool BesideMain { get; init; }

    /// <summary>Its cgroup; null: it has none of its own.</summary>
    public string? Cgroup { get; init; }

    /// <summary>Whether its end has been told: it is kept for what it left behind.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Name under which its pidfd is held.</summary>
    public string HolderName => $"process/{Owner}/{Role}/{Attempt}/{SpawnId}/{Pid}/{StartTime}/{InvocationId}";
}

/// <summary>A process that runs or has run, owned by one object: (pid, pidfd). Methods never block; they may be called after the end.</summary>
public interface IChildProcess : IDisposable
{
    /// <summary>Its pid, for display.</summary>
    int Pid { get; }

    /// <summary>When it was started: field 22 of proc_pid_stat(5), clock ticks since the boot; null: it could not be read.</summary>
    long? StartTime { get; }

    /// <summary>What it is known by.</summary>
    HeldProcess Identity { get; }

    /// <summary>Signals the main process alone, by pidfd. False when it has ended already.</summary>
    /// <exception cref="Linux.ErrnoException">Any failure but ESRCH.</exception>
    bool Signal(Signal signal);

    /// <summary>
    /// Signals all that is in its cgroup; without one its process group and, when the main process has ended, the orphans attributed to this run.
    /// </summary>
    /// <returns>False when nobody is left.</returns>
    bool SignalAll(Signal signal);

    /// <summary>
    /// Whether a living process belongs to this run: the main one, its session and group, its descendants, orphans attributed to it. Reads /proc; any thread.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="pidfd">A pidfd of it that the caller keeps, which rules out another with its number; -1: he has none.</param>
    bool Has(int pid, int pidfd);

    /// <summary>
    /// Another living process of the run takes the place of the main one: what comes back stands for both, and takes the place of this object. From then
    /// on its end is the one that is posted as <see cref="ChildExited"/>, with the same number.
    /// </summary>
    /// <param name="pid">The process.</param>
    /// <param name="refusal">Why not, in words.</param>
    /// <returns>Null: it cannot.</returns>
    IChildProcess? Succeed(int pid, out string? refusal);

    /// <summary>Whether the cgroup, or else the group or orphans attributed to this run, still have a living process besides the (possibly dead) main one.</summary>
    bool HasLeftovers();
}

/// <summary>One start.</summary>
public sealed record StartRequest
{
    /// <summary>Value of WATCHDOG_PID (and LISTEN_PID) in the request: the child writes its own pid over it.</summary>
    public const string RoomForPid = "0000000000";

    /// <summary>Unique over the life of the supervisor; facts about the start carry it.</summary>
    public required long SpawnId { get; init; }

    /// <summary>Whose start it is, for messages.</summary>
    public required InstanceName Owner { get; init; }

    /// <summary>How to start it.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>Where its input comes from and its output goes.</summary>
    public required StdioTargets Stdio { get; init; }

    /// <summary>Variables of ours (SUPERVISOR_JOB and so on): last, they win over everything.</summary>
    public required Sequence<EnvironmentVariable> SupervisorVariables { get; init; }

    /// <summary>SUPERVISOR_INVOCATION_ID: 32 hex digits, by which orphans are attributed.</summary>
    public required string InvocationId { get; init; }

    /// <summary>What is started: <c>main</c>, or the kind of the step.</summary>
    public string Role { get; init; } = "main";

    /// <summary>Number of the attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>A command beside a main process of the same run: orphans of that run are the main process's, not its own.</summary>
    public bool BesideMain { get; init; }

    /// <summary>Limits of its job's cgroup; null: none.</summary>
    public ResourceSpec? Resources { get; init; }

    /// <summary>Set by the process itself right before it executes its program.</summary>
    public StartMark Mark { get; init; } = StartMark.None;

    /// <summary>It is not ended with the supervisor, wherever others are: it must run to its end.</summary>
    public bool OutlivesSupervisor { get; init; }

    /// <summary>Descriptors that the program gets besides the standard ones, at 3, 4, ... in this order.</summary>
    public Sequence<InheritedDescriptor> Inherited { get; init; } = [];
}

/// <summary>16 bytes of ours in which a process notes, right before it executes its program, that it does.</summary>
/// <param name="Number">Which; -1: there is none.</param>
/// <param name="Address">Where it is mapped; 0: nowhere.</param>
public readonly record struct StartMark(int Number, nint Address)
{
    /// <summary>No mark.</summary>
    public static StartMark None => new(-1, 0);
}

/// <summary>A descriptor of ours that a program inherits.</summary>
/// <param name="Descriptor">Ours (CLOEXEC), alive until the spawn is reported.</param>
/// <param name="Variable">The variable that tells the program the number it has there; null: none does.</param>
/// <param name="ListenName">
/// For a socket that is handed over as sd_listen_fds(3) has it: its name in LISTEN_FDNAMES. Those come before all others. Null: it is none of them.
/// </param>
/// <param name="Number">The number that it must have; null: the next one.</param>
public readonly record struct InheritedDescriptor(int Descriptor, string? Variable, string? ListenName = null, int? Number = null);

/// <summary>The three standard descriptors of a start.</summary>
public readonly record struct StdioTargets(StdioTarget In, StdioTarget Out, StdioTarget Error)
{
    /// <summary>All to /dev/null.</summary>
    public static StdioTargets None => new(StdioTarget.Null, StdioTarget.Null, StdioTarget.Null);
}

/// <summary>One standard descriptor: exactly one of the kinds.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Descriptor">
/// For <see cref="StdioKind.Descriptor"/>: a descriptor of ours (CLOEXEC), alive until the spawn is reported. For <see cref="StdioKind.Inherit"/>:
/// which of our standard descriptors (stderr that goes where stdout goes inherits 1); -1: the one of the same number.
/// </param>
/// <param name="Path">For <see cref="StdioKind.Append"/>: opened with O_APPEND|O_CREAT, 0640, by the spawn thread.</param>
public readonly record struct StdioTarget(StdioKind Kind, int Descriptor = -1, string? Path = null)
{
    /// <summary>/dev/null.</summary>
    public static StdioTarget Null => new(StdioKind.Null);

    /// <summary>Our own descriptor of the same number.</summary>
    public static StdioTarget Inherit => new(StdioKind.Inherit);
}

/// <summary>Kinds of standard descriptors.</summary>
public enum StdioKind
{
    /// <summary>/dev/null.</summary>
    Null,
    /// <summary>A standard descriptor of our own: that of the same number, or <see cref="StdioTarget.Descriptor"/>.</summary>
    Inherit,
    /// <summary>A descriptor of ours.</summary>
    Descriptor,
    /// <summary>A file to append to.</summary>
    Append,
}
