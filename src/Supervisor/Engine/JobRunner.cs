using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Feeds events to the machine of an instance and carries out the effects: the one place where decisions become deeds.</summary>
internal sealed partial class JobRunner(
    IProcesses processes, ILogs logs, JobBoards boards, JobReadiness readiness, ISockets sockets, CleanupLedger ledger, EngineClock clock, Story story, DeadlineHeap deadlines,
    IEngineInbox inbox, string controlSocket)
{
    private readonly Dictionary<long, (JobSlot Slot, StepRun? Step)> _spawns = [];
    private readonly Queue<(JobSlot Slot, JobEvent Event)> _followUps = new();
    private readonly Queue<(JobSlot Slot, Phase From)> _moves = new();
    private readonly HashSet<JobSlot> _clearing = [];
    private JobSockets? _sockets;
    private StartsOnTheirWay? _starts;
    private long _lastSpawn;

    // Of the next attempt, whosever that is: only a few events begin one, and randomness is a system call.
    private Guid _invocation = Guid.NewGuid();

    /// <summary>Facts that came too late to matter.</summary>
    public long LateFacts { get; private set; }

    /// <summary>Starts that were asked for and are not reported.</summary>
    public int Starting => Starts.Count;

    /// <summary>Starts reported so far.</summary>
    public long Spawns { get; private set; }

    /// <summary>How long they took together.</summary>
    public TimeSpan SpawnTime { get; private set; }

    /// <summary>Whether something follows from what was done that nobody has looked at.</summary>
    public bool HasUnseen => _moves.Count > 0 || _followUps.Count > 0;

    /// <summary>Takes the next change of phase that nobody has looked at.</summary>
    public bool TryTakeMove(out JobSlot slot, out Phase from)
    {
        while (_followUps.TryDequeue(out var followUp))
        {
            Apply(followUp.Slot, followUp.Event);
        }

        var taken = _moves.TryDequeue(out var move);
        (slot, from) = move;
        return taken;
    }

    /// <summary>Feeds one event; a defect in handling it ends in a faulted job, not in a dead supervisor.</summary>
    public void Apply(JobSlot slot, JobEvent happened) => Guard(slot, happened, ApplyUnguarded);

    private StartsOnTheirWay Starts => _starts ??= new(processes, clock, deadlines, Slow);

    private JobSockets Sockets => _sockets ??= new(sockets, (slot, happened) => _followUps.Enqueue((slot, happened)));

    /// <summary>An opening of sockets is over.</summary>
    public void SocketsOpened(SocketsOpened fact) => Sockets.Opened(fact);

    /// <summary>A start is over.</summary>
    public void Reported(SpawnReported fact)
    {
        Starts.Reported();
        if (_errands.TryGetValue(fact.SpawnId, out var errand))
        {
            ErrandReported(errand, fact);
            return;
        }

        Spawns++;
        SpawnTime += fact.Took;
        if (!_spawns.TryGetValue(fact.SpawnId, out var owner))
        {
            // Only a faulted job gives up on a start in flight: what came of it must not live on unwatched.
            LateFacts++;
            if (fact.Child is { } unwanted)
            {
                _ = Abandon(unwanted);
            }

            return;
        }

        if (fact.Child is null)
        {
            _spawns.Remove(fact.SpawnId);
        }

        owner.Slot.Remark = null;
        owner.Slot.Changed = true;
        if (owner.Step is { } step)
        {
            Guard(owner.Slot, fact, (_, report) => step.Reported(report));
            return;
        }

        TellOfResources(owner.Slot, fact.Warning);
        owner.Slot.Child = fact.Child;
        readiness.Started(owner.Slot, fact);
        if (fact.Child is { } main)
        {
            owner.Slot.Log?.RunsAs(main.Pid);
            ledger.Started(owner.Slot, main);
        }

        Apply(owner.Slot, fact.Child is { } child ? new JobEvent.Spawned(child.Pid) : new JobEvent.SpawnFailed(fact.Failure!));
    }

    // Once, and not at every restart: it stands in the status as long as it is so.
    private void TellOfResources(JobSlot slot, string? warning)
    {
        if (warning is not null && warning != slot.ResourceWarning)
        {
            story.Tell(slot, StoryLevel.Warning, $"{warning}; it runs without them", clock.Now);
        }

        slot.ResourceWarning = warning;
    }

    // A start takes long (a hung file system), and goes on.
    private void Slow(long spawn, TimeSpan soFar)
    {
        if (_spawns.TryGetValue(spawn, out var owner) && (owner.Step is { } step ? !step.HasStarted : owner.Slot.State.Phase is Phase.Spawning))
        {
            owner.Slot.Remark = $"its start has taken {InWords.Of(soFar)} so far";
            story.Tell(owner.Slot, StoryLevel.Warning, $"{owner.Slot.Remark}, and is still waited for (does a file system hang?)", clock.Now);
        }
    }

    /// <summary>A process has ended.</summary>
    public void Exited(ChildExited fact)
    {
        if (_errands.Remove(fact.SpawnId, out var errand))
        {
            errand.Ended(fact);
        }
        else if (!_spawns.Remove(fact.SpawnId, out var owner))
        {
            LateFacts++;
        }
        else if (owner.Step is { } step)
        {
            Guard(owner.Slot, fact, (_, exited) => step.Exited(exited));
        }
        else
        {
            Apply(owner.Slot, new JobEvent.Exited(fact.Status, fact.Usage, fact.Leftovers, fact.Cgroup));
        }
    }

    /// <summary>The last output of a run has been taken over.</summary>
    public void Drained(LogDrained fact)
    {
        if (_spawns.Remove(fact.SpawnId, out var owner))
        {
            Apply(owner.Slot, new JobEvent.LogDrained());
        }
        else
        {
            LateFacts++;
        }
    }

    /// <summary>Somebody who was not ours directly has ended: perhaps the last of what a run has left behind.</summary>
    public void CheckLeftovers()
    {
        foreach (var slot in _clearing.ToArray())
        {
            Guard(slot, "an orphan's end", CheckLeftovers);
        }
    }

    private void CheckLeftovers(JobSlot slot, string happened)
    {
        if (slot.State is { Phase: Phase.Clearing, Leftovers: true } && slot.Child is { } child && !child.HasLeftovers())
        {
            _followUps.Enqueue((slot, new JobEvent.LeftoversGone()));
        }

        foreach (var step in slot.Steps.ToArray())
        {
            step.CheckLeftovers();
        }
    }

    private void ApplyUnguarded(JobSlot slot, JobEvent happened)
    {
        var from = slot.State.Phase;
        var transition = JobMachine.Apply(slot.State, happened, slot.Spec, new(clock.Now, Random.Shared.NextDouble(), _invocation, slot.Timer?.Next?.Monotonic));
        var before = slot.State;
        slot.State = transition.Next;
        if (!ReferenceEquals(before.InvocationId, slot.State.InvocationId))
        {
            _invocation = Guid.NewGuid();
        }

        slot.Changed = true;
        slot.Count(before);
        var to = slot.State.Phase;
        if (to != from)
        {
            slot.WaitTold = null;
            slot.Remark = null;
            _moves.Enqueue((slot, from));
            if (to.HasNoProcess() && !from.HasNoProcess())
            {
                processes.Forget(slot.Name, slot.State.InvocationId);
            }

            if (!transition.Effects.Any(effect => effect is Effect.Tell))
            {
                story.Note(slot, clock.Now);
            }
        }

        // First, so that what the effects start waits for it.
        ledger.Happened(slot, before);
        foreach (var effect in transition.Effects)
        {
            CarryOut(slot, effect);
        }

        boards.Happened(slot, happened, transition.Effects);
        readiness.Happened(slot, from);
        Sockets.Look(slot, from);
        TrackClearing(slot);
        deadlines.Update(slot);
    }

    private void TrackClearing(JobSlot slot)
    {
        // Steps leave processes behind as well, so a slot with steps is looked at too.
        var wanted = slot.State.Phase is Phase.Clearing || slot.Steps.Count > 0;
        if (wanted)
        {
            _clearing.Add(slot);
        }
        else
        {
            _clearing.Remove(slot);
        }
    }
}
