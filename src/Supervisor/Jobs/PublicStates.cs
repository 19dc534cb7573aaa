namespace Supervisor.Jobs;

/// <summary>The one table from inner phases to the states that people see.</summary>
public static class PublicStates
{
    /// <summary>The public state of an instance.</summary>
    public static PublicState Of(JobState state) => state is { Phase: Phase.Ready, Said.IsReloading: true } ? PublicState.Reloading : Of(state.Phase);

    /// <summary>The public state of a phase.</summary>
    public static PublicState Of(Phase phase) => phase switch
    {
        Phase.Stopped => PublicState.Stopped,
        Phase.Completed => PublicState.Completed,
        Phase.Failed => PublicState.Failed,
        Phase.Waiting => PublicState.Waiting,
        Phase.Scheduled => PublicState.Scheduled,
        Phase.Listening => PublicState.Waiting,
        Phase.Preparing => PublicState.Starting,
        Phase.Spawning => PublicState.Starting,
        Phase.Running => PublicState.Running,
        Phase.Ready => PublicState.Ready,
        Phase.Stopping => PublicState.Stopping,
        Phase.Killing => PublicState.Stopping,
        Phase.Clearing => PublicState.Cleaning,
        Phase.Draining => PublicState.Cleaning,
        Phase.Cleaning => PublicState.Cleaning,
        Phase.GivingUp => PublicState.Cleaning,
        Phase.Backoff => PublicState.Backoff,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    /// <summary>The word for it: <c>backoff</c>.</summary>
    public static string Word(this PublicState state) => state switch
    {
        PublicState.Stopped => "stopped",
        PublicState.Waiting => "waiting",
        PublicState.Starting => "starting",
        PublicState.Running => "running",
        PublicState.Ready => "ready",
        PublicState.Reloading => "reloading",
        PublicState.Stopping => "stopping",
        PublicState.Cleaning => "cleaning",
        PublicState.Backoff => "backoff",
        PublicState.Completed => "completed",
        PublicState.Failed => "failed",
        PublicState.Scheduled => "scheduled",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
