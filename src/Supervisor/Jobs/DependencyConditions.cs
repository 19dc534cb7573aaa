using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>Whether an instance has come as far as somebody who depends on it needs.</summary>
public static class DependencyConditions
{
    /// <summary>Whether the condition is true now.</summary>
    public static bool IsMet(this DependencyCondition condition, JobState state, JobSpec spec) => condition switch
    {
        // Whoever connects to one that listens is served, and starts it.
        DependencyCondition.Started => state.Phase.IsUp() || state.Phase is Phase.Listening || HasSucceeded(state),
        DependencyCondition.Ready => state.Phase is Phase.Ready or Phase.Listening || (spec.Kind is JobKind.Oneshot && HasSucceeded(state)),
        DependencyCondition.Completed => state.Phase is Phase.Completed or Phase.Failed || state is { Phase: Phase.Scheduled, Exits.IsEmpty: false },
        DependencyCondition.Succeeded => HasSucceeded(state),
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };

    /// <summary>Whether it cannot come true by itself any more: somebody has to start the instance again.</summary>
    public static bool IsHopeless(this DependencyCondition condition, JobState state, JobSpec spec) =>
        state.Phase.IsAtRest() && !condition.IsMet(state, spec) && (state.Goal is Goal.Down || state.Phase is not Phase.Stopped);

    /// <summary>The word: <c>ready</c>.</summary>
    public static string Word(this DependencyCondition condition) => condition switch
    {
        DependencyCondition.Started => "started",
        DependencyCondition.Ready => "ready",
        DependencyCondition.Completed => "completed",
        DependencyCondition.Succeeded => "succeeded",
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };

    private static bool HasSucceeded(JobState state) => state.Phase is Phase.Completed or Phase.Scheduled && state.Exits is [{ Success: true }, ..];
}
