using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// Order among jobs: starts that wait for others, stops that wait for those who need it, and what a restart means for dependents. Everything is
/// driven by changes of phase; nobody is asked twice.
/// </summary>
internal sealed class Dependencies(JobTable table, JobRunner runner, Story story, EngineClock clock)
{
    /// <summary>Whether nothing may be started any more.</summary>
    public bool Closed { get; set; }

    /// <summary>Starts an instance, and first whatever it needs that is not there and would not come by itself.</summary>
    /// <param name="slot">Which.</param>
    /// <param name="byHand">By somebody's word, or by its schedule.</param>
    /// <param name="run">Whether one with a schedule runs now.</param>
    /// <param name="once">Whether it runs this once, and its schedule stays off.</param>
    /// <param name="leavesStopped">Whether what it needs and somebody has stopped is left alone: nobody has asked now.</param>
    public void Start(JobSlot slot, bool byHand, bool run = false, bool once = false, bool leavesStopped = false)
    {
        if (Closed || slot.IsRemoved)
        {
            return;
        }

        (slot.StopsForGood, slot.ComesBack) = (false, false);
        if (slot.Spec.Start is StartMode.OnDemand && !run && (slot.State.Phase.IsAtRest() || slot.State.Phase is Phase.Listening))
        {
            // Nothing is needed before its first connection.
            slot.StopOrdered = null;
            runner.Apply(slot, new JobEvent.Start(byHand));
            return;
        }

        if (slot.Spec.Schedule is { AtStart: false } && !run)
        {
            // Nothing is needed before its time.
            slot.StopOrdered = null;
            runner.Apply(slot, new JobEvent.Start(byHand));
            return;
        }

        var asked = new HashSet<JobSlot> { slot };
        var todo = new Stack<JobSlot>([slot]);
        while (todo.TryPop(out var next))
        {
            foreach (var dependency in next.Spec.DependsOn)
            {
                foreach (var needed in table.Wanted(dependency.Job))
                {
                    if (!ComesByItself(needed, dependency.Condition) && !(leavesStopped && WasStopped(needed)) && asked.Add(needed))
                    {
                        todo.Push(needed);
                    }
                }
            }

            next.StopOrdered = null;
            (next.StopsForGood, next.ComesBack) = (false, false);
            runner.Apply(next, new JobEvent.Start(byHand, run && next == slot, once && next == slot));
        }
    }

    // One that is at rest, that is going down, or that will go down as soon as its turn in the order has come, has to be asked.
    private static bool ComesByItself(JobSlot needed, DependencyCondition condition) => needed.State.Phase.IsAtRest()
        ? condition.IsMet(needed.State, needed.Spec)
        : needed.State.Goal is Goal.Up && needed.StopOrdered is null;

    private static bool WasStopped(JobSlot slot) => slot.StopOrdered is not null || slot.State is { Goal: Goal.Down, Attempt: > 0 };

    /// <summary>Stops instances in reverse order: each one when none of the others that are going down still needs it.</summary>
    /// <param name="slots">Which.</param>
    /// <param name="reason">In words.</param>
    /// <param name="forGood">Whether no start follows: then their sockets are closed.</param>
    public void Stop(IReadOnlyCollection<JobSlot> slots, string reason, bool forGood = false)
    {
        foreach (var slot in slots)
        {
            slot.StopsForGood |= forGood;
            slot.StopOrdered = reason;
        }

        foreach (var slot in slots)
        {
            TryStop(slot);
        }
    }

    /// <summary>An instance has come into another phase.</summary>
    public void Moved(JobSlot slot, Phase from)
    {
        if (slot.StopOrdered is not null)
        {
            TryStop(slot);
        }

        // Read after the stop: it may have moved it on.
        var phase = slot.State.Phase;
        if (phase is Phase.Waiting)
        {
            TryBegin(slot);
        }

        if (phase.HasNoProcess())
        {
            foreach (var needed in Nearest(slot, table.DependenciesOf))
            {
                TryStop(needed);
            }
        }

        if (!slot.IsExtra && (phase is Phase.Backoff || (phase is Phase.Waiting && from is not (Phase.Backoff or Phase.Waiting or Phase.Scheduled) && slot.State.Attempt > 0)))
        {
            TellDependentsOfRestart(slot);
        }

        foreach (var dependent in table.DependentsOf(slot))
        {
            if (dependent.State.Phase is Phase.Waiting)
            {
                TryBegin(dependent);
            }
        }
    }

    private void TryStop(JobSlot slot)
    {
        if (slot.StopOrdered is not { } reason)
        {
            return;
        }

        if (!slot.State.Phase.HasNoProcess() && Nearest(slot, table.DependentsOf).Any(GoesDown))
        {
            return;
        }

        slot.StopOrdered = null;
        runner.Apply(slot, new JobEvent.Stop(reason));
    }

    // The nearest instances with a process on every way: an app that needed a migration that needed the database still needs the database
    // when the migration has long completed.
    private static IEnumerable<JobSlot> Nearest(JobSlot slot, Func<JobSlot, IEnumerable<JobSlot>> edges)
    {
        var seen = new HashSet<JobSlot>();
        var todo = new Queue<JobSlot>(edges(slot));
        while (todo.TryDequeue(out var next))
        {
            if (!seen.Add(next))
            {
                continue;
            }

            if (!next.State.Phase.HasNoProcess())
            {
                yield return next;
                continue;
            }

            foreach (var further in edges(next))
            {
                todo.Enqueue(further);
            }
        }
    }

    private static bool GoesDown(JobSlot dependent) =>
        !dependent.State.Phase.HasNoProcess() && (dependent.StopOrdered is not null || dependent.State.Goal is Goal.Down);

    private void TryBegin(JobSlot slot)
    {
        if (Closed)
        {
            return;
        }

        var unmet = slot.Spec.DependsOn
            .SelectMany(dependency => table.Wanted(dependency.Job).Select(needed => (needed, dependency.Condition)))
            .Where(pair => !pair.Condition.IsMet(pair.needed.State, pair.needed.Spec))
            .ToList();
        if (unmet.Count == 0)
        {
            runner.Apply(slot, new JobEvent.DependenciesMet());
            return;
        }

        var hopeless = unmet.Where(pair => pair.Condition.IsHopeless(pair.needed.State, pair.needed.Spec))
            .Select(pair => $"waits for {pair.needed.Name} to be {pair.Condition.Word()}, which is {PublicStates.Of(pair.needed.State.Phase).Word()} and does not come by itself")
            .FirstOrDefault();
        var told = $"waiting for {string.Join(", ", unmet.Select(pair => $"{pair.needed.Name} ({pair.Condition.Word()})"))}";
        if (slot.WaitTold is null || (hopeless is not null && slot.Remark != hopeless))
        {
            story.Tell(slot, hopeless is null ? StoryLevel.Information : StoryLevel.Warning, hopeless ?? told, clock.Now);
        }

        slot.Remark = hopeless;
        slot.WaitTold = told;
        slot.Changed = true;
    }

    private void TellDependentsOfRestart(JobSlot slot)
    {
        if (Closed)
        {
            return;
        }

        foreach (var dependent in table.DependentsOf(slot))
        {
            // One that is just being started has relied on it as well.
            if (!(dependent.State.Phase.IsUp() || dependent.State.Phase is Phase.Preparing or Phase.Spawning)
                || dependent.State.Goal is Goal.Down
                || !NeedsItUp(dependent, slot) || dependent.Spec.OnDependencyRestart is OnDependencyRestart.Keep)
            {
                continue;
            }

            runner.Apply(dependent, new JobEvent.Stop($"{slot.Name} restarts"));
            if (dependent.Spec.OnDependencyRestart is OnDependencyRestart.Restart)
            {
                runner.Apply(dependent, new JobEvent.Start(ByHand: false, Run: true));
            }
        }
    }

    private static bool NeedsItUp(JobSlot dependent, JobSlot needed) => dependent.Spec.DependsOn.Any(dependency =>
        dependency.Job == needed.Name.Job && dependency.Condition is DependencyCondition.Started or DependencyCondition.Ready);
}
