using System.Globalization;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Feeds events to the machine of an instance and carries out the effects: the one place where decisions become deeds.</summary>
internal sealed class JobRunner(IProcesses processes, ILogs logs, JobBoards boards, EngineClock clock, Story story, DeadlineHeap deadlines, IEngineInbox inbox)
{
    private readonly Dictionary<long, (JobSlot Slot, StepRun? Step)> _spawns = [];
    private readonly Queue<(JobSlot Slot, JobEvent Event)> _followUps = new();
    private readonly Queue<(JobSlot Slot, Phase From)> _moves = new();
    private readonly HashSet<JobSlot> _clearing = [];
    private long _lastSpawn;

    /// <summary>Facts that came too late to matter.</summary>
    public long LateFacts { get; private set; }

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

    private void Guard<T>(JobSlot slot, T happened, Action<JobSlot, T> handle)
        where T : notnull
    {
#pragma warning disable CA1031 // Nothing that concerns one job may end the supervisor: the job is killed and the defect told.
        try
        {
            handle(slot, happened);
        }
        catch (Exception defect)
        {
            Fault(slot, happened, defect);
        }
#pragma warning restore CA1031
    }

    /// <summary>A start is over.</summary>
    public void Reported(SpawnReported fact)
    {
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

        owner.Slot.Child = fact.Child;
        Apply(owner.Slot, fact.Child is { } child ? new JobEvent.Spawned(child.Pid) : new JobEvent.SpawnFailed(fact.Failure!));
    }

    /// <summary>A start takes long.</summary>
    public void Slow(SpawnSlow fact)
    {
        if (_spawns.TryGetValue(fact.SpawnId, out var owner) && (owner.Step is { } step ? !step.HasStarted : owner.Slot.State.Phase is Phase.Spawning))
        {
            owner.Slot.Remark = $"its start has taken {InWords.Of(fact.SoFar)} so far";
            story.Tell(owner.Slot, StoryLevel.Warning, $"{owner.Slot.Remark}, and is still waited for (does a file system hang?)", clock.Now);
        }
    }

    /// <summary>A process has ended.</summary>
    public void Exited(ChildExited fact)
    {
        if (!_spawns.Remove(fact.SpawnId, out var owner))
        {
            LateFacts++;
        }
        else if (owner.Step is { } step)
        {
            Guard(owner.Slot, fact, (_, exited) => step.Exited(exited));
        }
        else
        {
            Apply(owner.Slot, new JobEvent.Exited(fact.Status, fact.Usage, fact.Leftovers));
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
        var transition = JobMachine.Apply(slot.State, happened, slot.Spec, new(clock.Now, Random.Shared.NextDouble(), Guid.NewGuid()));
        var before = slot.State;
        slot.State = transition.Next;
        slot.Changed = true;
        slot.Count(before);
        var to = slot.State.Phase;
        if (to != from)
        {
            slot.WaitTold = null;
            slot.Remark = null;
            _moves.Enqueue((slot, from));
            if (!transition.Effects.Any(effect => effect is Effect.Tell))
            {
                story.Note(slot, clock.Now);
            }
        }

        foreach (var effect in transition.Effects)
        {
            CarryOut(slot, effect);
        }

        boards.Happened(slot, happened, transition.Effects);
        TrackClearing(slot);
        deadlines.Update(slot);
    }

    private void CarryOut(JobSlot slot, Effect effect)
    {
        switch (effect)
        {
            case Effect.Tell tell:
                story.Tell(slot, tell.Level, tell.Text, clock.Now);
                break;
            case Effect.SpawnMain:
                Start(slot, slot.Spec.Process, null, []);
                break;
            case Effect.RunStep run:
                RunStep(slot, run);
                break;
            case Effect.CancelSteps cancel:
                slot.Steps.ToList().ForEach(step => step.Cancel(cancel.AtOnce));
                break;
            case Effect.SendSignal send:
                SendSignal(slot, send.Signal, send.To);
                break;
            case Effect.SignalAll all:
                SignalAll(slot, all.Signal);
                break;
            case Effect.DrainLog:
                Drain(slot);
                break;
            default:
                throw new InvalidOperationException($"unknown effect {effect}");
        }
    }

    private void RunStep(JobSlot slot, Effect.RunStep run)
    {
        var step = new StepRun(slot, run.Kind, run.Step, clock, deadlines, StepEnded, Guard);
        slot.Steps.Add(step);
        var cause = run.Kind is StepKind.OnFailure ? ServiceResult.Variables(slot.State.Exits is [var last, ..] ? last : null) : [];
        Start(slot, slot.Spec.Process with { Command = run.Step.Command }, step, cause);
    }

    private void StepEnded(StepRun step, string? failure)
    {
        if (step.Slot.Steps.Remove(step))
        {
            if (step.Kind is StepKind.Reload)
            {
                step.Slot.ReloadFailure = failure;
            }

            _followUps.Enqueue((step.Slot, new JobEvent.StepEnded(failure)));
        }
    }

    private void Start(JobSlot slot, ProcessSpec process, StepRun? step, IEnumerable<EnvironmentVariable> more)
    {
        var spawn = ++_lastSpawn;
        _spawns[spawn] = (slot, step);
        var failing = ExecStep.OpenStdio;
        Sequence<InheritedDescriptor> inherited;
        try
        {
            slot.Log ??= logs.Open(slot.Name, slot.Spec.Log);
            if (slot.LoggedAttempt != slot.State.Attempt)
            {
                slot.Log.BeginRun(slot.State.Attempt, clock.Now.Wall);
                slot.LoggedAttempt = slot.State.Attempt;
            }

            failing = ExecStep.InheritedDescriptors;
            inherited = step is null ? boards.Prepare(slot) : [];
        }
        catch (ErrnoException refused)
        {
            inbox.Post(new SpawnReported(spawn, null, new(failing, refused.Number, Errno.Text(refused.Number), refused.Call), TimeSpan.Zero));
            return;
        }

        processes.Start(new()
        {
            SpawnId = spawn,
            Owner = slot.Name,
            Process = process,
            Stdio = slot.Log.Targets,
            InvocationId = slot.State.InvocationId,
            BesideMain = step is not null && slot.Child is not null,
            Inherited = inherited,
            SupervisorVariables =
            [
                new("SUPERVISOR_JOB", slot.Name.Job),
                new("SUPERVISOR_INSTANCE", slot.Name.Index.ToString(CultureInfo.InvariantCulture)),
                new("SUPERVISOR_ATTEMPT", slot.State.Attempt.ToString(CultureInfo.InvariantCulture)),
                new("SUPERVISOR_INVOCATION_ID", slot.State.InvocationId),
                .. more,
            ],
        });
    }

    private static void SendSignal(JobSlot slot, Signal signal, SignalTarget to)
    {
        if (slot.Child is { } child)
        {
            Func<Signal, bool> send = to is SignalTarget.Main ? child.Signal : child.SignalAll;
            send(signal);
            // A stopped process would not hear what it was just told.
            send(Signal.Cont);
        }
    }

    private void SignalAll(JobSlot slot, Signal signal)
    {
        if (slot.Child is not { } child)
        {
            return;
        }

        var someone = child.SignalAll(signal);
        if (someone && signal != Signal.Kill)
        {
            child.SignalAll(Signal.Cont);
        }

        if (!someone && slot.State is { Phase: Phase.Clearing, Leftovers: true })
        {
            _followUps.Enqueue((slot, new JobEvent.LeftoversGone()));
        }
    }

    private void Drain(JobSlot slot)
    {
        slot.Child?.Dispose();
        slot.Child = null;
        var spawn = ++_lastSpawn;
        _spawns[spawn] = (slot, null);
        if (slot.Log is { } log)
        {
            log.Drain(spawn);
        }
        else
        {
            inbox.Post(new LogDrained(spawn));
        }
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

    private void Fault(JobSlot slot, object happened, Exception defect)
    {
        List<IChildProcess> living = [.. slot.Child is { } main ? [main] : Array.Empty<IChildProcess>(), .. slot.Steps.Select(step => step.GiveUp()).OfType<IChildProcess>()];
        slot.Child = null;
        slot.Steps.Clear();
        var unkilled = living.Select(Abandon).OfType<string>().FirstOrDefault();
        story.Tell(slot, StoryLevel.Error,
            $"internal error while handling {happened}: {defect.Message}; what runs of it is killed{(unkilled is null ? "" : $" (which failed: {unkilled})")} and it stays down", clock.Now);
        foreach (var spawn in _spawns.Where(entry => entry.Value.Slot == slot).Select(entry => entry.Key).ToList())
        {
            _spawns.Remove(spawn);
        }

        for (var left = _followUps.Count; left > 0; left--)
        {
            var followUp = _followUps.Dequeue();
            if (followUp.Slot != slot)
            {
                _followUps.Enqueue(followUp);
            }
        }

        var (from, old) = (slot.State.Phase, slot.State);
        slot.State = JobState.Initial with
        {
            Phase = Phase.Failed,
            Since = clock.Now,
            Attempt = old.Attempt,
            InvocationId = old.InvocationId,
            Restarts = old.Restarts,
            History = old.History,
            Exits = old.Exits,
        };
        slot.Remark = $"internal error: {defect.Message}";
        slot.Changed = true;
        TrackClearing(slot);
        _moves.Enqueue((slot, from));
    }

    // Kills what nobody watches any more; why that failed, in words.
    private static string? Abandon(IChildProcess child)
    {
        try
        {
            child.SignalAll(Signal.Kill);
            return null;
        }
        catch (ErrnoException refused)
        {
            return refused.Message;
        }
        finally
        {
            child.Dispose();
        }
    }
}
