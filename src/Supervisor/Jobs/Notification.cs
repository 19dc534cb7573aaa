namespace Supervisor.Jobs;

/// <summary>What a process of a job has told by sd_notify(3), as far as the machine is concerned. A heartbeat alone never gets here.</summary>
public sealed record Notification
{
    /// <summary>READY=1: it has started, or has re-read its configuration.</summary>
    public bool Ready { get; init; }

    /// <summary>RELOADING=1: it re-reads its configuration, until the next READY=1.</summary>
    public bool Reloading { get; init; }

    /// <summary>MONOTONIC_USEC: CLOCK_MONOTONIC in microseconds when that began.</summary>
    public long? MonotonicMicroseconds { get; init; }

    /// <summary>STOPPING=1: it is ending by itself.</summary>
    public bool Stopping { get; init; }

    /// <summary>STATUS=: one line for people, without control characters; empty takes it back.</summary>
    public string? Status { get; init; }

    /// <summary>ERRNO=: why it fails.</summary>
    public int? Errno { get; init; }

    /// <summary>EXIT_STATUS=: what it says that it ends with.</summary>
    public string? ExitStatus { get; init; }

    /// <summary>MAINPID=: another process is the main one now.</summary>
    public int? MainPid { get; init; }

    /// <summary>WATCHDOG=trigger: it has found itself broken.</summary>
    public bool Trigger { get; init; }

    /// <summary>WATCHDOG_USEC=: another time for its watchdog; <see cref="TimeSpan.Zero"/> or <see cref="TimeSpan.MaxValue"/>: none.</summary>
    public TimeSpan? WatchdogTime { get; init; }

    /// <summary>EXTEND_TIMEOUT_USEC=: it needs at least that much more, from now.</summary>
    public TimeSpan? Extend { get; init; }
}
