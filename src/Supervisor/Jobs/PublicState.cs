namespace Supervisor.Jobs;

/// <summary>
/// The states that people see: API, command line, board and metrics know no others. The inner phases (<see cref="Phase"/>) are mapped to them
/// by one table (<see cref="PublicStates"/>).
/// </summary>
public enum PublicState
{
    /// <summary>Not running, and not asked to.</summary>
    Stopped,
    /// <summary>Waits for a dependency, or for the first connection to one of its sockets.</summary>
    Waiting,
    /// <summary>Runs its before_start steps, or is being started.</summary>
    Starting,
    /// <summary>Started, not yet ready.</summary>
    Running,
    /// <summary>Ready.</summary>
    Ready,
    /// <summary>Re-reads its configuration.</summary>
    Reloading,
    /// <summary>Is being ended.</summary>
    Stopping,
    /// <summary>Ended; hooks and leftovers are being seen to.</summary>
    Cleaning,
    /// <summary>Ended; the next attempt is due later.</summary>
    Backoff,
    /// <summary>A oneshot that succeeded, or a service that ended in success and is not restarted.</summary>
    Completed,
    /// <summary>Given up; the story says why.</summary>
    Failed,
    /// <summary>Waits for its schedule.</summary>
    Scheduled,
}
