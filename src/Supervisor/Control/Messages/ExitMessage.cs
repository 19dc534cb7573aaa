namespace Supervisor.Control.Messages;

/// <summary>How a run ended.</summary>
public sealed record ExitMessage
{
    /// <summary>exited, signal, core, spawn-failed, start-timeout, stop-timeout, watchdog, runtime-limit, unhealthy, killed, lost, oom-kill.</summary>
    public required string Cause { get; init; }

    /// <summary>Exit code; null when a signal ended it or it never ran.</summary>
    public required int? Code { get; init; }

    /// <summary>Name of the signal; null when it exited or never ran.</summary>
    public required string? Signal { get; init; }

    /// <summary>Whether the kernel dumped a core.</summary>
    public required bool CoreDumped { get; init; }

    /// <summary>The step that failed, for spawn-failed: <c>changing directory</c>.</summary>
    public required string? Step { get; init; }

    /// <summary>errno of that step; null when there is none.</summary>
    public required int? Errno { get; init; }

    /// <summary>Wall clock at its start.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Wall clock at its end.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>How long it ran, by the monotonic clock.</summary>
    public required double DurationSeconds { get; init; }

    /// <summary>CPU time in user mode.</summary>
    public required double UserSeconds { get; init; }

    /// <summary>CPU time in the kernel.</summary>
    public required double SystemSeconds { get; init; }

    /// <summary>Largest resident set; null: unknown (below the supervisor's own peak).</summary>
    public required long? MaxRssBytes { get; init; }

    /// <summary>Most memory that all of its processes had together, page cache included; null: not accounted.</summary>
    public required long? MemoryPeakBytes { get; init; }

    /// <summary>CPU time of all of its processes, also those that nobody waited for; null: it had no cgroup.</summary>
    public required double? CgroupCpuSeconds { get; init; }

    /// <summary>Time that it waited for its <c>resources.cpu</c>; null: not limited.</summary>
    public required double? ThrottledSeconds { get; init; }

    /// <summary>Processes of it that the OOM killer ended; null: it had no cgroup.</summary>
    public required long? OomKills { get; init; }

    /// <summary>Number of the attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>Pid it had; null when it never ran.</summary>
    public required int? Pid { get; init; }

    /// <summary>Whether it counts as success.</summary>
    public required bool Success { get; init; }

    /// <summary>SUPERVISOR_INVOCATION_ID of the run.</summary>
    public required string InvocationId { get; init; }

    /// <summary>Page faults without I/O.</summary>
    public required long MinorFaults { get; init; }

    /// <summary>Page faults with I/O.</summary>
    public required long MajorFaults { get; init; }

    /// <summary>Context switches by waiting.</summary>
    public required long VoluntarySwitches { get; init; }

    /// <summary>Context switches by the scheduler.</summary>
    public required long InvoluntarySwitches { get; init; }

    /// <summary>What it told last of itself by sd_notify (STATUS, ERRNO, EXIT_STATUS); null: nothing.</summary>
    public required string? LastWords { get; init; }

    /// <summary>In words: "exited with code 42", "failed to start: changing directory: No such file or directory (/srv/web)".</summary>
    public required string Text { get; init; }
}
