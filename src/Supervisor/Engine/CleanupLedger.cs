using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// Keeps the journal in step with what each instance owes, and holds back what must not begin before the journal has it: the processes of an attempt until
/// its hooks are on disk, a hook until its beginning is. What is held waits for a fact, never for the disk.
/// </summary>
internal sealed class CleanupLedger(ICleanupJournal journal, Story story, EngineClock clock)
{
    private readonly Dictionary<long, JobSlot> _tickets = [];
    private readonly Dictionary<long, Action<string?>> _answers = [];
    private readonly Dictionary<long, StartMark> _used = [];
    private long _lastTicket;
    private string? _problem;

    /// <summary>The journal.</summary>
    public ICleanupJournal Journal => journal;

    /// <summary>The state of an instance has moved: writes what follows from it.</summary>
    public void Happened(JobSlot slot, JobState before)
    {
        if (ReferenceEquals(before.Cleanup, slot.State.Cleanup))
        {
            return;
        }

        var (was, now) = (before.Cleanup?.Running, slot.State.Cleanup?.Running);
        var used = StartMark.None;
        if (was is not null && now != was)
        {
            (used, slot.HookMark) = (slot.HookMark, StartMark.None);
        }

        if (now is not null && now != was)
        {
            slot.HookMark = journal.TakeMark();
        }

        var name = slot.IsSupervisor ? (InstanceName?)null : slot.Name;
        Write(slot, [.. CleanupRecords.Between(before, slot.State, name, slot.HookMark.Number, journal.Boot)]);
        if (used != StartMark.None)
        {
            // Who takes it next clears it: the journal must not speak of it any more by then, or a hook that has run would look as if it had not.
            _used[_lastTicket] = used;
        }
    }

    /// <summary>Its main process runs: whoever starts after us knows it by this.</summary>
    public void Started(JobSlot slot, IChildProcess child)
    {
        if (slot.State.Cleanup is { } owed && child.StartTime is { } at)
        {
            // Nothing waits for it: at worst a process is known by its environment alone.
            journal.Write([new CleanupRecord.Started(owed.Id, new(child.Pid, at, journal.Boot))], 0);
        }
    }

    /// <summary>Does something when all that the instance has written so far is on disk (or cannot be); at once when it has written nothing.</summary>
    public static void WhenWritten(JobSlot slot, Action then)
    {
        if (slot.JournalTicket == 0)
        {
            then();
        }
        else
        {
            slot.HeldBack.Enqueue(then);
            slot.Remark ??= "waits until its cleanup hooks are on disk";
        }
    }

    /// <summary>Tells, when all that the instance has written so far is on disk, why it is not (null: it is).</summary>
    public void AnswerWhenWritten(JobSlot slot, Action<string?> answer)
    {
        if (slot.JournalTicket == 0)
        {
            answer(_problem);
        }
        else
        {
            _answers[slot.JournalTicket] = _answers.TryGetValue(slot.JournalTicket, out var others) ? others + answer : answer;
        }
    }

    /// <summary>A write is through; <paramref name="guard"/> runs what was held back.</summary>
    public void Written(JournalWritten fact, Action<JobSlot, Action> guard)
    {
        Tell(fact.Problem);
        if (_used.Remove(fact.Ticket, out var mark))
        {
            journal.ReturnMark(mark);
        }

        if (_answers.Remove(fact.Ticket, out var answer))
        {
            answer(fact.Problem);
        }

        if (!_tickets.Remove(fact.Ticket, out var slot) || slot.JournalTicket != fact.Ticket)
        {
            return;
        }

        slot.JournalTicket = 0;
        slot.Remark = null;
        slot.Changed = true;
        while (slot.JournalTicket == 0 && slot.HeldBack.TryDequeue(out var then))
        {
            guard(slot, then);
        }
    }

    private void Write(JobSlot slot, IReadOnlyList<CleanupRecord> records)
    {
        if (records.Count > 0)
        {
            slot.JournalTicket = ++_lastTicket;
            _tickets[_lastTicket] = slot;
            journal.Write(records, _lastTicket);
        }
    }

    private void Tell(string? problem)
    {
        if (problem == _problem)
        {
            return;
        }

        _problem = problem;
        story.TellOfSupervisor(
            problem is null ? StoryLevel.Information : StoryLevel.Warning,
            problem is null ? "the cleanup journal is on disk again: what is owed survives the supervisor"
                : $"the cleanup journal is not on disk: {problem}; jobs start and their cleanup hooks run, but what is owed is forgotten if the supervisor is killed", clock.Now);
    }
}
