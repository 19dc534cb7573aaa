namespace Supervisor.Jobs;

/// <summary>
/// Where an instance stands: the second axis of its state beside <see cref="Goal"/>. Goal and phase together tell what happens next:
/// <list type="table">
/// <item><term>Up, at rest</term><description>it has had its end (completed, failed) and waits for somebody's word.</description></item>
/// <item><term>Up, anything else</term><description>it is on its way up, is up, or comes back after its end.</description></item>
/// <item><term>Down, with a process</term><description>it is being ended, or will be as soon as its start has been reported.</description></item>
/// <item><term>Down, at rest</term><description>nothing happens.</description></item>
/// </list>
/// The usual way: Stopped - Waiting - Preparing - Spawning - Running - Ready - (Stopping - Killing) - Clearing - Draining - (Cleaning) - Backoff - Waiting ...
/// </summary>
public enum Phase
{
    /// <summary>At rest: never started, or stopped on request.</summary>
    Stopped,
    /// <summary>At rest: ended in success and is not started again.</summary>
    Completed,
    /// <summary>At rest: given up.</summary>
    Failed,
    /// <summary>Waits until its dependencies are satisfied.</summary>
    Waiting,
    /// <summary>At rest between two runs: its schedule starts the next one.</summary>
    Scheduled,
    /// <summary>Its sockets are open, and the first connection starts it.</summary>
    Listening,
    /// <summary>A before_start step runs.</summary>
    Preparing,
    /// <summary>The start of the main process has been requested and not yet reported: nobody may signal it.</summary>
    Spawning,
    /// <summary>The main process runs and is not ready.</summary>
    Running,
    /// <summary>The main process runs and is ready.</summary>
    Ready,
    /// <summary>The main process has been asked to end; the steps of its stop are on their way.</summary>
    Stopping,
    /// <summary>SIGKILL has been sent to all of it.</summary>
    Killing,
    /// <summary>The main process has ended; what is left of its group is being ended.</summary>
    Clearing,
    /// <summary>All have ended; the last output is being taken over, then the end is published.</summary>
    Draining,
    /// <summary>The end is published; the cleanup hooks that the attempt owes run, one after the other.</summary>
    Cleaning,
    /// <summary>Given up; the on_failure commands run.</summary>
    GivingUp,
    /// <summary>The next attempt is due at a known time.</summary>
    Backoff,
}

/// <summary>Questions that phases answer.</summary>
public static class Phases
{
    /// <summary>Nothing of it runs and nothing is due.</summary>
    public static bool IsAtRest(this Phase phase) => phase is Phase.Stopped or Phase.Completed or Phase.Failed;

    /// <summary>Its main process is known to run.</summary>
    public static bool HasMainProcess(this Phase phase) => phase is Phase.Running or Phase.Ready or Phase.Stopping or Phase.Killing;

    /// <summary>It is up in the sense of "started".</summary>
    public static bool IsUp(this Phase phase) => phase is Phase.Running or Phase.Ready;

    /// <summary>No process of it exists, though one may be due.</summary>
    public static bool HasNoProcess(this Phase phase) => phase.IsAtRest() || phase is Phase.Waiting or Phase.Backoff or Phase.Scheduled or Phase.Listening;
}
