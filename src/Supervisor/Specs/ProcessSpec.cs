namespace Supervisor.Specs;

/// <summary>
/// Everything that decides how a program is started, apart from where its output goes. Shared by a job's main process and by the steps
/// beside it (before_start, stop, on_failure), which differ in <see cref="Command"/> only.
/// </summary>
public sealed record ProcessSpec
{
    /// <summary>The program and its arguments (argv); no shell takes part.</summary>
    public required Sequence<string> Command { get; init; }

    /// <summary>Working directory, absolute; null: <c>/</c>.</summary>
    public string? Directory { get; init; }

    /// <summary>Root directory (chroot(2)), absolute; null: unchanged. <see cref="Directory"/> is looked up inside it.</summary>
    public string? Chroot { get; init; }

    /// <summary>Variables of <c>environment:</c>, in file order; they win over the files and over what is inherited.</summary>
    public Sequence<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>Files of <c>environment_file:</c>, absolute, read at every start, in order.</summary>
    public Sequence<EnvironmentFile> EnvironmentFiles { get; init; } = [];

    /// <summary>User name or number; null: the supervisor's own.</summary>
    public string? User { get; init; }

    /// <summary>Group name or number; null: the user's own group.</summary>
    public string? Group { get; init; }

    /// <summary>Names or numbers added to the groups; null: the user's own list when <see cref="User"/> is set, else unchanged.</summary>
    public Sequence<string>? SupplementaryGroups { get; init; }

    /// <summary>File mode creation mask; null: inherited.</summary>
    public int? Umask { get; init; }

    /// <summary>Resource limits of <c>limits:</c>.</summary>
    public Sequence<ResourceLimit> Limits { get; init; } = [];

    /// <summary>Nice value -20..19; null: inherited.</summary>
    public int? Nice { get; init; }

    /// <summary>I/O priority; null: inherited.</summary>
    public IoPriority? IoPriority { get; init; }

    /// <summary>Scheduling policy; null: inherited.</summary>
    public SchedulingSpec? Scheduling { get; init; }

    /// <summary>CPU numbers that the process may run on; null: inherited.</summary>
    public Sequence<int>? CpuAffinity { get; init; }

    /// <summary>oom_score_adj -1000..1000; null: inherited.</summary>
    public int? OomScoreAdjust { get; init; }

    /// <summary>Whether PR_SET_NO_NEW_PRIVS is set.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>The capabilities that it has and can ever get (bounding, permitted and ambient set); null: as the user and the supervisor have it.</summary>
    public Sequence<Capability>? Capabilities { get; init; }

    /// <summary>Its securebits; null: inherited.</summary>
    public Sequence<SecureBit>? SecureBits { get; init; }

    /// <summary>Files that it gets private copies of.</summary>
    public Sequence<CredentialFile> Credentials { get; init; } = [];
}

/// <summary>One variable of the environment.</summary>
public readonly record struct EnvironmentVariable(string Name, string Value);

/// <summary>A file of <c>NAME=value</c> lines; when <see cref="Optional"/> (written with a leading <c>-</c>) it may be missing.</summary>
public readonly record struct EnvironmentFile(string Path, bool Optional);

/// <summary>One rlimit, by number of getrlimit(2); <see cref="Unlimited"/> is RLIM_INFINITY.</summary>
public readonly record struct ResourceLimit(RlimitResource Resource, ulong Soft, ulong Hard)
{
    /// <summary>RLIM_INFINITY.</summary>
    public const ulong Unlimited = ulong.MaxValue;
}

/// <summary>The resources of getrlimit(2), with the kernel's numbers (asm-generic/resource.h); names are those of prlimit(1).</summary>
public enum RlimitResource
{
    /// <summary>CPU seconds.</summary>
    Cpu = 0,
    /// <summary>File size, bytes.</summary>
    Fsize = 1,
    /// <summary>Data segment, bytes.</summary>
    Data = 2,
    /// <summary>Stack, bytes.</summary>
    Stack = 3,
    /// <summary>Core file, bytes.</summary>
    Core = 4,
    /// <summary>Resident set, bytes (no effect on Linux).</summary>
    Rss = 5,
    /// <summary>Processes of the user.</summary>
    Nproc = 6,
    /// <summary>Open files.</summary>
    Nofile = 7,
    /// <summary>Locked memory, bytes.</summary>
    Memlock = 8,
    /// <summary>Address space, bytes.</summary>
    As = 9,
    /// <summary>File locks.</summary>
    Locks = 10,
    /// <summary>Pending signals.</summary>
    Sigpending = 11,
    /// <summary>POSIX message queues, bytes.</summary>
    Msgqueue = 12,
    /// <summary>Ceiling of the nice value (20 - nice).</summary>
    Nice = 13,
    /// <summary>Real-time priority.</summary>
    Rtprio = 14,
    /// <summary>Real-time run time, microseconds.</summary>
    Rttime = 15,
}

/// <summary>I/O class and level (0 highest .. 7) of ioprio_set(2).</summary>
public readonly record struct IoPriority(IoClass Class, int Level);

/// <summary>I/O classes, with the kernel's numbers.</summary>
public enum IoClass
{
    /// <summary>real-time</summary>
    Realtime = 1,
    /// <summary>best-effort</summary>
    BestEffort = 2,
    /// <summary>idle</summary>
    Idle = 3,
}

/// <summary>Policy and real-time priority (0 for other, batch, idle; 1..99 for fifo, rr) of sched_setscheduler(2).</summary>
public readonly record struct SchedulingSpec(SchedulingPolicy Policy, int Priority);

/// <summary>Scheduling policies, with the kernel's numbers.</summary>
public enum SchedulingPolicy
{
    /// <summary>SCHED_OTHER</summary>
    Other = 0,
    /// <summary>SCHED_FIFO</summary>
    Fifo = 1,
    /// <summary>SCHED_RR</summary>
    Rr = 2,
    /// <summary>SCHED_BATCH</summary>
    Batch = 3,
    /// <summary>SCHED_IDLE</summary>
    Idle = 5,
}
