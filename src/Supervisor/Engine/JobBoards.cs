using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Keeps the shared memory of each instance in step with its machine.</summary>
internal sealed class JobBoards(IBoards boards, EngineClock clock)
{
    /// <summary>The main process is about to be started: what it inherits, with a board that is clean.</summary>
    /// <exception cref="Linux.ErrnoException">No descriptors or no memory left.</exception>
    public Sequence<InheritedDescriptor> Prepare(JobSlot slot)
    {
        if (!slot.Spec.Board && slot.Spec.Regions.Count == 0)
        {
            return [];
        }

        slot.Memory ??= boards.Open(slot.Name, slot.Spec.Board, slot.Spec.Regions);
        slot.Memory.BeginAttempt();
        (slot.Reloads, slot.IsReloading) = (0, false);
        slot.Memory.Publish(FactsOf(slot, clock.Now));
        return slot.Memory.Descriptors;
    }

    /// <summary>An earlier image has begun the attempt.</summary>
    /// <exception cref="Linux.ErrnoException">No descriptors or no memory left.</exception>
    public void GoOn(JobSlot slot)
    {
        slot.Memory ??= boards.Open(slot.Name, slot.Spec.Board, slot.Spec.Regions);
        slot.Memory.GoOn();
        slot.Memory.Publish(FactsOf(slot, clock.Now));
    }

    /// <summary>An event has been dealt with.</summary>
    public void Happened(JobSlot slot, JobEvent what, ImmutableArray<Effect> effects)
    {
        if (slot.Memory is null)
        {
            return;
        }

        if (what is JobEvent.Reload && effects.Length > 0)
        {
            slot.Reloads++;
            slot.IsReloading = true;
        }
        else
        {
            // Any other event is the next change, but a deadline that changed nothing is none.
            slot.IsReloading &= what is JobEvent.DeadlineDue;
        }

        slot.Memory.Publish(FactsOf(slot, clock.Now));
    }

    /// <summary>What the supervisor tells a job at a moment.</summary>
    internal static BoardFacts FactsOf(JobSlot slot, Instant now)
    {
        var state = slot.State;
        var goal = state.Ending is not null || state.Goal is Goal.Down ? BoardGoal.Stop : slot.IsReloading ? BoardGoal.Reload : BoardGoal.Run;
        var hasMain = state.Phase.HasMainProcess();
        return new(
            goal, KillIn(state, slot.Spec.Stop, now), hasMain ? state.Pid : null, hasMain ? state.MainStarted?.Wall : null, state.Attempt, state.Restarts,
            slot.Reloads, state.Exits is [var last, ..] ? last : null);
    }

    private static TimeSpan? KillIn(JobState state, StopSpec stop, Instant now)
    {
        if (state.Phase is Phase.Killing)
        {
            return TimeSpan.Zero;
        }

        if (state.Phase is not Phase.Stopping || state.StepDeadline is not { } step)
        {
            return null;
        }

        var left = step - now.Monotonic;
        for (var index = state.Step + 1; index < stop.Steps.Count && state.Ending is not { Kind: EndingKind.Watchdog }; index++)
        {
            left += stop.Steps[index].Wait;
        }

        return left;
    }
}
