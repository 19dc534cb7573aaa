namespace Supervisor.Specs;

/// <summary>Why a run is over.</summary>
public enum ExitCause
{
    /// <summary>It exited by itself.</summary>
    Exited,
    /// <summary>A signal ended it.</summary>
    Signal,
    /// <summary>A signal ended it and a core was dumped.</summary>
    Core,
    /// <summary>It never ran: a step of its start failed.</summary>
    SpawnFailed,
    /// <summary>It was ended because it did not become ready in time.</summary>
    StartTimeout,
    /// <summary>It did not end in the time that its stop allows, and SIGKILL ended it.</summary>
    StopTimeout,
    /// <summary>It was ended because it missed its watchdog.</summary>
    Watchdog,
    /// <summary>It was ended because it ran longer than its runtime_limit.</summary>
    RuntimeLimit,
    /// <summary>It was ended because its health probes failed.</summary>
    Unhealthy,
    /// <summary>We killed it at once (an immediate shutdown, a SIGKILL step).</summary>
    Killed,
    /// <summary>It is gone and nobody knows how.</summary>
    Lost,
    /// <summary>The kernel killed it because memory was short.</summary>
    OomKill,
}

/// <summary>What a run used, of getrusage(2).</summary>
/// <param name="User">CPU time in user mode.</param>
/// <param name="System">CPU time in the kernel.</param>
/// <param name="MaxRss">
/// Largest resident set, bytes; null: unknown. The kernel starts the count of a child at its parent's peak, so a job that stayed below the
/// supervisor's own peak leaves no number of its own (mm hiwater in exec_mmap; getrusage(2)).
/// </param>
/// <param name="MinorFaults">Page faults without I/O.</param>
/// <param name="MajorFaults">Page faults with I/O.</param>
/// <param name="VoluntarySwitches">Context switches by waiting.</param>
/// <param name="InvoluntarySwitches">Context switches by the scheduler.</param>
public readonly record struct ResourceUsage(
    TimeSpan User, TimeSpan System, long? MaxRss, long MinorFaults, long MajorFaults, long VoluntarySwitches, long InvoluntarySwitches);

/// <summary>A decoded wait status: exactly one of <see cref="Code"/> and <see cref="Signal"/> is set. Source: wait(2).</summary>
/// <param name="Code">WEXITSTATUS, when WIFEXITED.</param>
/// <param name="Signal">WTERMSIG, when WIFSIGNALED.</param>
/// <param name="CoreDumped">WCOREDUMP.</param>
public readonly record struct ExitStatus(int? Code, Signal? Signal, bool CoreDumped)
{
    /// <summary>Exited with <paramref name="code"/>.</summary>
    public static ExitStatus Exited(int code) => new(code, null, false);

    /// <summary>Ended by <paramref name="signal"/>.</summary>
    public static ExitStatus Signaled(Signal signal, bool coreDumped = false) => new(null, signal, coreDumped);

    /// <summary>The code that a shell would show: the code, or 128 + the signal.</summary>
    public int ShellCode => Code ?? 128 + (Signal?.Number ?? 0);

    /// <summary>Decodes what waitpid(2) and wait4(2) store (the macros of sys/wait.h).</summary>
    public static ExitStatus Decode(int status)
    {
        var signal = status & 0x7f;
        return signal == 0 ? Exited((status >> 8) & 0xff) : Signaled(new Signal(signal), (status & 0x80) != 0);
    }
}

/// <summary>A step of a start that failed.</summary>
/// <param name="Step">Which one.</param>
/// <param name="Errno">Its errno; 0 when the failure is ours to explain (<paramref name="Detail"/>).</param>
/// <param name="ErrnoText">strerror of it.</param>
/// <param name="Detail">Path, name or explanation.</param>
public sealed record SpawnFailure(ExecStep Step, int Errno, string ErrnoText, string? Detail)
{
    /// <summary><c>changing directory: No such file or directory (/srv/web)</c></summary>
    public override string ToString() => (ErrnoText.Length, Detail) switch
    {
        (0, null) => Step.InWords(),
        (0, _) => $"{Step.InWords()}: {Detail}",
        (_, null) => $"{Step.InWords()}: {ErrnoText}",
        _ => $"{Step.InWords()}: {ErrnoText} ({Detail})",
    };
}

/// <summary>The truth about one run: one per attempt.</summary>
public sealed record ExitRecord
{
    /// <summary>Number of the attempt, from 1 since the supervisor's start.</summary>
    public required int Attempt { get; init; }

    /// <summary>SUPERVISOR_INVOCATION_ID of the run.</summary>
    public required string InvocationId { get; init; }

    /// <summary>Why it is over.</summary>
    public required ExitCause Cause { get; init; }

    /// <summary>Pid it had; null when it never ran.</summary>
    public int? Pid { get; init; }

    /// <summary>Its decoded status; null when it never ran, or is lost.</summary>
    public ExitStatus? Status { get; init; }

    /// <summary>What failed, for <see cref="ExitCause.SpawnFailed"/>.</summary>
    public SpawnFailure? Failure { get; init; }

    /// <summary>Whether the job's list of successes has it.</summary>
    public required bool Success { get; init; }

    /// <summary>Wall clock at its start.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Wall clock at its end.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>How long it ran, by the monotonic clock.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What it used.</summary>
    public ResourceUsage Usage { get; init; }

    /// <summary>What all of its processes used together; null: it had no cgroup.</summary>
    public CgroupUsage? Cgroup { get; init; }

    /// <summary>What it told last of itself (STATUS, ERRNO, EXIT_STATUS of sd_notify); null: nothing.</summary>
    public string? LastWords { get; init; }
}
