using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Makes what readers on other threads see.</summary>
internal static class Publisher
{
    /// <summary>The snapshot of one instance.</summary>
    public static InstanceSnapshot Of(JobSlot slot)
    {
        var state = slot.State;
        return new()
        {
            Name = slot.Name,
            State = PublicStates.Of(state),
            Goal = state.Goal,
            Pid = state.Phase.HasMainProcess() ? state.Pid : null,
            Attempt = state.Attempt,
            InvocationId = state.InvocationId,
            Restarts = state.Restarts,
            Since = state.Since,
            RunningSince = state.Phase.HasMainProcess() ? state.MainStarted : null,
            StatusText = slot.Remark ?? (state.Phase is Phase.Waiting ? slot.WaitTold : SaidOrNotReady(state)) ?? (slot.IsExtra ? "extra instance of a rolling restart" : null),
            IsExtra = slot.IsExtra,
            Health = HealthOf(slot),
            ResourceWarning = slot.ResourceWarning,
            Next = NextOf(slot),
            Schedule = slot.Timer is { Follows: not null } timer ? new(timer.Next, timer.IsQueued, timer.Skipped) : null,
            IsListening = state.Phase is Phase.Listening && state.RetryAt is null,
            Exits = state.Exits,
            ExitCounts = slot.ExitCounts,
            RestartsEver = slot.RestartsEver,
            FirstStart = slot.FirstStart,
            LastStart = slot.LastStart,
            Story = slot.Story,
            Spec = slot.Spec,
            Definition = slot.Definition,
        };
    }

    // What it says itself; else nobody need guess why it is not ready yet.
    private static string? SaidOrNotReady(JobState state) =>
        state.Phase.HasMainProcess() && state.Said.Status is { } said ? said : state is { Phase: Phase.Running, Probing: { Health: Health.None, LastFailure: { } failure } } ? $"not ready: {failure}" : null;

    private static HealthSnapshot? HealthOf(JobSlot slot) => slot.Spec.Health is { } health && slot.State.Probing is { Health: not Health.None } found && slot.State.Phase.HasMainProcess()
        ? new(found.Health, found.Failures, health.Failures, found.LastFailure)
        : null;

    private static NextAction? NextOf(JobSlot slot)
    {
        var state = slot.State;
        return state.Phase switch
        {
            Phase.Backoff => new($"attempt {state.Attempt + 1}{(state.IsHeldBack ? ", held back by supervisor.restart_limit," : "")}", state.RetryAt),
            Phase.Listening when state.RetryAt is { } at => new("opens its sockets", at),
            Phase.Listening => new("starts at the first connection", null),
            Phase.Scheduled => slot.Timer?.Next is { } at ? new("run", at) : null,
            Phase.Waiting => slot.WaitTold is { } what ? new($"starts when it no longer is {what}", null) : null,
            Phase.Running when state.ReadyAt is { } at => new("ready", When(state, at)),
            Phase.Preparing or Phase.Spawning or Phase.Running when state.StartDeadline is { } at => new("start_timeout", When(state, at)),
            Phase.Stopping when state.StepDeadline is { } at => new(StopStep(slot), When(state, at)),
            Phase.Cleaning when state.Cleanup?.Running is { } owed => new($"cleanup: {owed.Hook} ends (limit {InWords.Of(owed.Hook.Timeout)})", null),
            Phase.Clearing when state.StepDeadline is { } at => new("SIGKILL to what is left", When(state, at)),
            Phase.Ready when slot.ExtraUntil is { } until => new($"stops when {until}", null),
            Phase.Ready when state.RuntimeDeadline is { } at => new("runtime_limit", When(state, at)),
            _ => null,
        };
    }

    private static string StopStep(JobSlot slot)
    {
        var next = slot.State.Step + 1;
        return next >= slot.Spec.Stop.Steps.Count || slot.State.Ending is { Kind: EndingKind.Watchdog } ? "SIGKILL"
            : slot.Spec.Stop.Steps[next] is { Signal: { } signal } ? signal.Name
            : string.Join(' ', slot.Spec.Stop.Steps[next].Run!);
    }

    private static Instant When(JobState state, TimeSpan at) => state.Since.Plus(at - state.Since.Monotonic);
}
