using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// What the supervisor before this one has left owed. Each attempt of then is shown as its job, in state cleaning, until its hooks have run; a job that the
/// configuration no longer has is shown as long as that takes. The supervisor's own hooks of then come last, and nothing starts before they are through.
/// </summary>
internal sealed class OwedCleanups(ICleanupJournal journal, JobTable table, JobRunner runner, EngineClock clock, Func<JobDefinition, JobSpec, JobSlot> newSlot)
{
    private readonly Dictionary<string, JobSlot> _lost = [];
    private readonly List<JobSlot> _absent = [];
    private readonly Queue<(JobSlot Slot, OwedEntry Entry)> _own = new();
    private readonly HashSet<string> _closed = [];
    private JobSlot? _ownNow;

    /// <summary>Whether jobs may start: the supervisor's own hooks of then are through. What a job owes itself holds up nobody else.</summary>
    public bool LetsStart => _own.Count == 0 && _ownNow is null;

    /// <summary>Takes over what is owed.</summary>
    /// <param name="goesOn">Whether an image before this one goes on in us: then what the supervisor itself owed then is owed by us already.</param>
    public void Begin(bool goesOn = false)
    {
        // What belongs to an attempt that goes on is its own affair.
        var running = table.All.Select(slot => slot.State.Cleanup?.Id).OfType<string>().ToHashSet();
        // Of one instance there is more than one entry only when the journal was damaged: the newest is the instance's, the others have their own.
        foreach (var entry in journal.Owed.Reverse().Where(entry => !running.Contains(entry.Id) && !_closed.Contains(entry.Id)))
        {
            if (goesOn && entry.Name is null)
            {
                journal.Write([new CleanupRecord.Closed(entry.Id)], 0);
                continue;
            }

            if (entry.Name is not { } name)
            {
                _own.Enqueue((OwnHooks.NewSlot(newSlot), entry));
                continue;
            }

            var slot = table.Find(name) is { State.Cleanup: null } free ? free : Absent(entry, name);
            _lost[entry.Id] = slot;
            Owe(slot, entry);
        }

        Advance();
    }

    /// <summary>Whether hooks of that attempt are owed, as the journal that was found says.</summary>
    public bool IsOwed(string id) => journal.Owed.Any(entry => entry.Id == id);

    /// <summary>An instance as the image before this one, or its record, has it, and as the journal has it.</summary>
    public InstanceWorld WithJournal(InstanceWorld world)
    {
        var entry = journal.Owed.Where(entry => entry.Name == world.Name).MaxBy(entry => entry.Attempt);
        if (entry is not null && OwedRecovery.IsPast(world.State, entry))
        {
            _closed.Add(entry.Id);
            journal.Write([new CleanupRecord.Closed(entry.Id)], 0);
        }

        return OwedRecovery.Of(world, entry, clock.Now);
    }

    /// <summary>One goes on amid its hooks, and nobody knows a process of them: they go on when nothing lives of the one that had been begun.</summary>
    public void Await(JobSlot slot)
    {
        var owed = slot.State.Cleanup!;
        var entry = journal.Owed.FirstOrDefault(entry => entry.Id == owed.Id);
        if (entry is { Cause: null } && owed.Cause is { } cause)
        {
            journal.Write([new CleanupRecord.Ended(owed.Id, cause, owed.CalledOff)], 0);
        }

        _lost[owed.Id] = slot;
        journal.EndLost(entry ?? new() { Id = owed.Id, Name = slot.Name, Attempt = slot.State.Attempt, Began = slot.State.AttemptBegan.Wall, Process = owed.Process, Hooks = [], Registered = owed.Registered });
    }

    /// <summary>Nothing lives any more of an attempt of then.</summary>
    public void Ended(LostRunEnded fact)
    {
        if (_lost.Remove(fact.Id, out var slot) || (_ownNow is { } own && own.State.Cleanup?.Id == fact.Id && (slot = own) is not null))
        {
            runner.LostEnded(slot, fact.Remark);
        }
    }

    /// <summary>Something has changed: looks whether the next one is due, and who is through.</summary>
    public void Advance()
    {
        foreach (var slot in _absent.Where(slot => slot.State.Phase.IsAtRest()).ToList())
        {
            _absent.Remove(slot);
            slot.Remove();
            table.Replace(table.All.Where(other => other != slot));
        }

        if (_ownNow is { State.Cleanup: null })
        {
            _ownNow = null;
        }

        if (_ownNow is null && _own.Count > 0 && _absent.Count == 0 && table.All.All(slot => slot.State.Phase is not Phase.Cleaning))
        {
            (_ownNow, var entry) = _own.Dequeue();
            Owe(_ownNow, entry);
        }
    }

    private JobSlot Absent(OwedEntry entry, InstanceName name)
    {
        var spec = new JobSpec { Name = name, Process = entry.Process, Start = StartMode.Manual };
        var slot = newSlot(new(name.Job, 1, _ => spec, [], []), spec);
        slot.IsRemoved = true;
        _absent.Add(slot);
        table.Replace([.. table.All, slot]);
        return slot;
    }

    private void Owe(JobSlot slot, OwedEntry entry)
    {
        var now = clock.Now;
        var started = entry.BegunWasStarted ? entry.Begun : null;
        var known = entry.Cause is not null;
        slot.State = JobState.Initial with
        {
            Attempt = entry.Attempt,
            InvocationId = entry.Id,
            AttemptBegan = new(now.Monotonic, entry.Began),
            Since = now,
            Cleanup = new()
            {
                Id = entry.Id,
                Process = entry.Process,
                Hooks = entry.Hooks.Where(owed => owed.Number != started?.Number).ToSequence(),
                Registered = entry.Registered,
                Cause = entry.Cause,
                Running = started is null ? null : entry.Hooks.First(owed => owed.Number == started.Number),
            },
        };
        var cause = entry.Cause ?? OwedRecovery.Lost(entry.Main);
        runner.Recover(slot, slot.IsSupervisor
                ? $"the supervisor before this one was lost: {InWords.Count(entry.Hooks.Count, "cleanup hook")} of its own left to run"
                : $"the supervisor before this one was lost {(known ? "while it cleaned up after" : "during")} attempt {entry.Attempt}: {InWords.Count(entry.Hooks.Count, "cleanup hook")} left to run",
            new JobEvent.CleanUp(cause, entry.CalledOff ? null : LostExits.Of(entry, cause, now), Waits: true));
        journal.EndLost(entry);
    }
}
