using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>When an instance has come to where an operation wants it, or no longer can: null means "not yet".</summary>
internal static class Judgements
{
    /// <summary>Started by hand: up, or through; failed as soon as an attempt that began after the request has failed.</summary>
    public static Func<JobSlot, InstanceResult?> Started(JobSlot at)
    {
        // An attempt that is on its way already counts as the one that was asked for.
        var underWay = at.State is { Ending: null, Phase: Phase.Preparing or Phase.Spawning or Phase.Running or Phase.Ready };
        var before = underWay ? at.State.Attempt - 1 : at.State.Attempt;
        return slot => slot.State.Phase switch
        {
            _ when slot.IsRemoved => Removed(slot),
            Phase.Ready => Ok(slot, $"ready (pid {slot.State.Pid}{Took(slot)})"),
            Phase.Completed => Ok(slot, "completed"),
            Phase.Listening => Ok(slot, "starts at the first connection"),
            Phase.Scheduled => Ok(slot, slot.Timer?.Next is { } next ? $"scheduled, next run at {InWords.Of(next.Wall.ToLocalTime())}" : "scheduled"),
            Phase.Failed => Failure(slot),
            Phase.Backoff when slot.State.Attempt > before && slot is { Spec.Kind: JobKind.Oneshot, State.Exits: [{ Success: true }, ..] } =>
                Ok(slot, "completed"),
            Phase.Backoff when slot.State.Attempt > before => Failure(slot),
            Phase.Stopped when slot is { State.Goal: Goal.Down, ComesBack: false } => Bad(slot, "was stopped meanwhile"),
            Phase.Waiting when slot.Remark is { } hopeless => Bad(slot, hopeless),
            _ => null,
        };
    }

    /// <summary>An extra instance is up and serves; failed as soon as that is not to be expected soon.</summary>
    public static Func<JobSlot, InstanceResult?> Serves(JobSlot at)
    {
        var started = Started(at);
        return slot => slot.State.Phase switch
        {
            _ when slot.IsRemoved => Bad(slot, "was stopped meanwhile"),
            Phase.Waiting when slot.WaitTold is { } told => Bad(slot, $"is {told}"),
            Phase.Completed => Bad(slot, $"has ended at once{(slot.State.Exits is [var last, ..] ? $" ({InWords.HowItEnded(last)})" : "")}"),
            _ => started(slot),
        };
    }

    /// <summary>It has left the table.</summary>
    public static InstanceResult? Gone(JobSlot slot) => slot.IsRemoved ? Ok(slot, "is gone") : null;

    /// <summary>It was not touched, and that is right.</summary>
    public static InstanceResult LeftAlone(JobSlot slot, string reason) => Ok(slot, reason);

    /// <summary>Stopped: at rest; failed as soon as somebody has started it again.</summary>
    public static InstanceResult? Stopped(JobSlot slot) => slot switch
    {
        { StopOrdered: not null } => null,
        _ when slot.State.Phase.IsAtRest() =>
            Ok(slot, slot.State.Exits is [var last, ..] ? $"{PublicStates.Of(slot.State.Phase).Word()} ({InWords.HowItEnded(last)})" : "stopped"),
        { State.Goal: Goal.Up } => Bad(slot, "was started meanwhile"),
        _ => null,
    };

    /// <summary>Its reload is through.</summary>
    public static InstanceResult? Reloaded(JobSlot slot) =>
        slot.Steps.Exists(step => step.Kind is StepKind.Reload) || (slot.State.Said.ReloadDeadline is not null && slot.State.Phase.IsUp()) ? null
        : slot.State.Said.ReloadFailure is { } unconfirmed ? Bad(slot, unconfirmed)
        : slot.State.Said.ReloadAsked is not null ? Bad(slot, "has ended before it confirmed its reload")
        : slot.ReloadFailure is { } failure ? Bad(slot, $"its reload command {failure}")
        : Ok(slot, "reload done");

    /// <summary>A run that begins after this is through.</summary>
    public static Func<JobSlot, InstanceResult?> Ran(JobSlot at)
    {
        var before = at.State.Attempt;
        return slot => slot switch
        {
            { IsRemoved: true } => Removed(slot),
            { State: { Phase: Phase.Stopped, Goal: Goal.Down } } => Bad(slot, "was stopped meanwhile"),
            { State: { Phase: Phase.Waiting } } when slot.Remark is { } hopeless => Bad(slot, hopeless),
            { State: { Phase: Phase.Scheduled or Phase.Completed or Phase.Failed, Exits: [var last, ..] } } when last.Attempt > before =>
                last.Success ? Ok(slot, $"{InWords.HowItEnded(last)} after {InWords.Of(last.Duration)}") : Failure(slot),
            _ => null,
        };
    }

    /// <summary>It cannot be done with this one.</summary>
    public static InstanceResult Refused(JobSlot slot, string reason) => Bad(slot, reason);

    /// <summary>Accepted: what <c>--no-wait</c> answers.</summary>
    public static InstanceResult? Accepted(JobSlot slot) => Ok(slot, "accepted");

    /// <summary>For <c>wait --for</c>.</summary>
    public static Func<JobSlot, InstanceResult?> Came(JobSlot at, WaitCondition condition)
    {
        var attempt = AwaitedRun(at);
        return slot => condition switch
        {
            _ when slot.IsRemoved && condition is not WaitCondition.Stopped => Removed(slot),
            WaitCondition.Ready => slot.State.Phase switch
            {
                Phase.Ready => Ok(slot, "ready"),
                Phase.Completed when slot.Spec.Kind is JobKind.Oneshot => Ok(slot, "completed"),
                Phase.Scheduled when slot.State.Exits is [{ Success: true }, ..] => Ok(slot, "completed"),
                _ => NeverAgain(slot),
            },
            WaitCondition.Running => slot.State.Phase.IsUp() ? Ok(slot, "running") : NeverAgain(slot),
            WaitCondition.Stopped => slot.State.Phase.IsAtRest() ? Ok(slot, PublicStates.Of(slot.State.Phase).Word()) : null,
            _ => slot.State.Exits is [var last, ..] && last.Attempt >= attempt ? Ok(slot, InWords.HowItEnded(last)) : NeverAgain(slot),
        };
    }

    // At rest the last run has ended already, and that is what was asked; in back-off the next one is meant, or no script could wait for it.
    private static int AwaitedRun(JobSlot at) => at.State switch
    {
        { Exits: [var last, ..] } state when state.Phase.IsAtRest() => last.Attempt,
        { Phase: var phase, Attempt: var attempt } => phase.HasNoProcess() ? attempt + 1 : attempt,
    };

    private static InstanceResult? NeverAgain(JobSlot slot) => slot.State.Phase switch
    {
        Phase.Failed => Failure(slot),
        Phase.Stopped when slot.State.Goal is Goal.Down => Bad(slot, "is stopped, and stays so until somebody starts it"),
        Phase.Completed => Bad(slot, "is completed, and stays so until somebody starts it"),
        Phase.Waiting when slot.Remark is { } hopeless => Bad(slot, hopeless),
        _ => null,
    };

    private static InstanceResult Removed(JobSlot slot) => Bad(slot, "has been removed from the configuration");

    private static InstanceResult Failure(JobSlot slot)
    {
        if (slot.State.Phase is Phase.Failed && slot.Remark is { } defect)
        {
            return Bad(slot, defect);
        }

        var last = slot.State.Exits is [var exit, ..] ? exit : null;
        var key = last switch
        {
            { Failure.Step: var step } => step.ConfigurationKey(),
            { Cause: ExitCause.StartTimeout } => "start_timeout",
            _ => null,
        };
        var position = key is not null && slot.Definition.PositionOf(key) is { } at ? $"{at} {key}" : null;
        var next = slot.State.Phase is Phase.Backoff && slot.State.RetryAt is { } retry
            ? $"attempt {slot.State.Attempt + 1} in {InWords.Of(retry.Monotonic - slot.State.Since.Monotonic)}"
            : slot.Timer?.Next is { } run ? $"next run in {InWords.Of(run.Monotonic - slot.State.Since.Monotonic)}"
            : "none: it is given up until somebody starts it";
        return new(slot.Name, false, PublicStates.Of(slot.State.Phase), last is null ? "failed" : InWords.HowItEnded(last), next, position);
    }

    private static string Took(JobSlot slot) => $", {InWords.Of(slot.State.Since.Monotonic - slot.State.AttemptBegan.Monotonic)}";

    private static InstanceResult Ok(JobSlot slot, string message) => new(slot.Name, true, PublicStates.Of(slot.State.Phase), message, null, null);

    private static InstanceResult Bad(JobSlot slot, string message) => new(slot.Name, false, PublicStates.Of(slot.State.Phase), message, null, null);
}
