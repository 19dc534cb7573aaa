using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Scheduling;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// Runs jobs by their schedules. A schedule is on while its job is wanted up; a stop by hand switches it off. Everything about times is decided by
/// <see cref="RunPlan"/>, everything about the run itself by the machine.
/// </summary>
internal sealed class Schedules(
    JobTable table, Dependencies dependencies, JobRunner runner, Story story, EngineClock clock, DeadlineHeap deadlines, IScheduleMemory memory)
{
    /// <summary>An instance has come into another phase, or its spec has changed.</summary>
    public void Look(JobSlot slot)
    {
        if (slot.Spec.Schedule is { } spec && IsOn(slot))
        {
            slot.Timer ??= new(slot, deadlines, Came);
            if (slot.Timer.Follows != spec)
            {
                Begin(slot.Timer, spec);
            }

            if (slot.Timer.IsQueued && slot.State.Phase is Phase.Scheduled)
            {
                slot.Timer.IsQueued = false;
                Run(slot, "the run that has waited for the one before");
            }
        }
        else if (slot.Timer?.Follows is not null)
        {
            slot.Timer.End();
        }
    }

    /// <summary>Goes on with the timer of the image before this one, or begins one where its schedule is on.</summary>
    public void GoOn(JobSlot slot, TimerWorld? world)
    {
        if (world is not null && slot.Spec.Schedule is { } spec && IsOn(slot))
        {
            try
            {
                slot.Timer = new(slot, deadlines, Came);
                slot.Timer.GoOn(spec, RunPlan.GoOn(spec, world.Nominal, world.Due, world.Missed), world);
            }
            catch (FormatException)
            {
                // Begun anew, which tells what is wrong with it.
            }
        }

        Look(slot);
    }

    /// <summary>The wall clock was set: what goes by it is due at another time.</summary>
    public void ClockWasSet()
    {
        foreach (var slot in table.All)
        {
            if (slot.Timer is { Follows: not null } timer && timer.Next is { } before)
            {
                timer.ClockWasSet(clock.Now, Random.Shared.NextDouble());
                if (timer.Next is { } after && (after.Monotonic - before.Monotonic).Duration() > TimeSpan.FromSeconds(1))
                {
                    story.Tell(slot, StoryLevel.Information, $"the clock was set: the next run is in {InWords.Of(after.Monotonic - clock.Now.Monotonic)}", clock.Now);
                }
            }
        }
    }

    /// <summary>Somebody wants a run now; null: it is on its way, else why not.</summary>
    public string? RunNow(JobSlot slot)
    {
        if (slot.Spec.Schedule is not { } spec)
        {
            return $"has no `schedule:`; `supervisor start {slot.Name}` starts it";
        }

        if (!IsBusy(slot))
        {
            dependencies.Start(slot, byHand: true, run: true, once: slot.State.Phase is not Phase.Scheduled);
            return null;
        }

        if (spec.Overlap is Overlap.Skip || (spec.Overlap is Overlap.Queue && !IsOn(slot)))
        {
            return $"a run of it goes on ({PublicStates.Of(slot.State.Phase).Word()}), and overlap is {(spec.Overlap is Overlap.Skip ? "skip" : "queue, but its schedule is off")}";
        }

        Overlaps(slot, spec.Overlap, "run-now");
        return null;
    }

    private bool IsOn(JobSlot slot) => slot is { IsRemoved: false, State: { Goal: Goal.Up, RunsOnce: false } } && !dependencies.Closed;

    private static bool IsBusy(JobSlot slot) => slot.State.Phase is not Phase.Scheduled && !slot.State.Phase.IsAtRest();

    private void Begin(ScheduleTimer timer, ScheduleSpec spec)
    {
        var slot = timer.Slot;
        var last = spec.CatchUp ? memory.LastRun(slot.Name) : null;
        try
        {
            timer.Begin(spec, RunPlan.Begin(spec, clock.Now, last, Random.Shared.NextDouble()));
        }
        catch (FormatException invalid)
        {
            story.Tell(slot, StoryLevel.Error, $"its schedule cannot be followed: {invalid.Message}; it does not run by itself", clock.Now);
            return;
        }

        if (spec.CatchUp && last is null)
        {
            // From here on what is missed is known.
            memory.Ran(slot.Name, clock.Now.Wall);
        }

        if (timer.Missed > 0)
        {
            story.Tell(slot, StoryLevel.Information,
                $"{(timer.Missed == 1 ? "a run was" : $"{timer.Missed} runs were")} missed while the supervisor was down: runs once for {(timer.Missed == 1 ? "it" : "them")} (catch_up)", clock.Now);
        }
    }

    private void Came(ScheduleTimer timer)
    {
        var slot = timer.Slot;
        if (timer is not { Follows: { } spec, Nominal: { } nominal } || !IsOn(slot))
        {
            timer.End();
            return;
        }

        timer.Take(clock.Now, Random.Shared.NextDouble());
        if (spec.CatchUp)
        {
            memory.Ran(slot.Name, nominal.Wall < clock.Now.Wall ? nominal.Wall : clock.Now.Wall);
        }

        if (!IsBusy(slot))
        {
            Run(slot, "its schedule");
        }
        else
        {
            Overlaps(slot, spec.Overlap, "its schedule");
        }
    }

    private void Run(JobSlot slot, string why)
    {
        story.Tell(slot, StoryLevel.Information, $"runs now: {why}", clock.Now);
        dependencies.Start(slot, byHand: true, run: true, leavesStopped: true);
    }

    private void Overlaps(JobSlot slot, Overlap overlap, string why)
    {
        var state = PublicStates.Of(slot.State.Phase).Word();
        switch (overlap)
        {
            case Overlap.Replace:
                story.Tell(slot, StoryLevel.Information, $"the run that goes on is stopped for the next one ({why}, overlap: replace)", clock.Now);
                runner.Apply(slot, new JobEvent.Stop("its next run is due"));
                dependencies.Start(slot, byHand: true, run: true, leavesStopped: true);
                break;
            case Overlap.Queue when slot.Timer is { IsQueued: false } timer:
                timer.IsQueued = true;
                story.Tell(slot, StoryLevel.Information, $"a run is due ({why}) and waits for the one before ({state}, overlap: queue)", clock.Now);
                break;
            default:
                slot.Timer!.Skipped++;
                story.Tell(slot, StoryLevel.Warning,
                    $"a run is left out ({why}): the one before still goes on ({state}, overlap: {(overlap is Overlap.Queue ? "queue, and one waits already" : "skip")})", clock.Now);
                break;
        }
    }
}
