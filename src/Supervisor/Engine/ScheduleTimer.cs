using Supervisor.Jobs;
using Supervisor.Scheduling;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>The schedule of one instance while it is on: its next run, and the one that waits for the run before.</summary>
internal sealed class ScheduleTimer(JobSlot slot, DeadlineHeap deadlines, Action<ScheduleTimer> came) : IDeadlineOwner
{
    private RunPlan? _plan;

    /// <summary>Whose.</summary>
    public JobSlot Slot => slot;

    /// <summary>The schedule that it follows; null: it is off.</summary>
    public ScheduleSpec? Follows { get; private set; }

    /// <summary>Whether a run waits until the one before is through.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Runs left out because the one before went on.</summary>
    public long Skipped { get; set; }

    /// <summary>When the next run is due; null: never, or it is off.</summary>
    public Instant? Next => _plan?.Due;

    /// <summary>The time that the schedule says for it.</summary>
    public Instant? Nominal => _plan?.Nominal;

    /// <summary>Runs that it makes up for.</summary>
    public int Missed => _plan?.Missed ?? 0;

    /// <inheritdoc/>
    public TimeSpan? Deadline => Next?.Monotonic;

    /// <inheritdoc/>
    public TimeSpan? QueuedFor { get; set; }

    /// <summary>It is on from now, or follows another schedule.</summary>
    public void Begin(ScheduleSpec spec, RunPlan plan)
    {
        Follows = spec;
        Set(plan);
    }

    /// <summary>For the image after this one; null: it is off.</summary>
    public TimerWorld? World => Follows is null ? null : new(Nominal, Next, Missed, IsQueued, Skipped);

    /// <summary>Goes on where the image before this one has stopped.</summary>
    public void GoOn(ScheduleSpec spec, RunPlan plan, TimerWorld world)
    {
        Begin(spec, plan);
        (IsQueued, Skipped) = (world.IsQueued, world.Skipped);
    }

    /// <summary>It is off.</summary>
    public void End()
    {
        Follows = null;
        _plan = null;
        IsQueued = false;
        slot.Changed = true;
    }

    /// <summary>The run that was due is taken or left out.</summary>
    public void Take(Instant now, double dice) => Set(_plan?.Taken(now, dice));

    /// <summary>The wall clock was set.</summary>
    public void ClockWasSet(Instant now, double dice) => Set(_plan?.ClockWasSet(now, dice));

    /// <inheritdoc/>
    public void DeadlineCame() => came(this);

    private void Set(RunPlan? plan)
    {
        _plan = plan;
        slot.Changed = true;
        deadlines.Update(this);
    }
}
