using Supervisor.Jobs;
using Supervisor.Jobs.Ports;

namespace Supervisor.Tests.Simulated;

/// <summary>The journal of floor 2: on disk at once, or when the test says so; survives the supervisor when the test hands it to the next one.</summary>
internal sealed class FakeJournal : ICleanupJournal
{
    private readonly Queue<(IReadOnlyList<CleanupRecord> Records, long Ticket)> _unwritten = new();
    private IEngineInbox? _inbox;
    private readonly Stack<int> _free = new([3, 2, 1]);
    private int _lastMark = 3;

    public bool WritesAtOnce { get; set; } = true;

    /// <summary>Why nothing can be written; null: it can.</summary>
    public string? Problem { get; set; }

    /// <summary>What is on disk.</summary>
    public OwedEntries Disk { get; } = new();

    /// <summary>Every record that was handed in, in order.</summary>
    public List<CleanupRecord> HandedIn { get; } = [];

    /// <summary>Every record that came to the disk, in order.</summary>
    public List<CleanupRecord> OnDisk { get; } = [];

    /// <summary>Attempts whose beginning is on disk, or could not be put there.</summary>
    public HashSet<string> Answered { get; } = [];

    /// <summary>Called when an attempt with hooks is decided.</summary>
    public Action<CleanupRecord.Owed> OnOwed { get; set; } = _ => { };

    /// <summary>Marks that processes have set.</summary>
    public HashSet<int> Set { get; } = [];

    /// <summary>Attempts whose end the test has not told yet, when <see cref="LostEndAtOnce"/> is off.</summary>
    public List<OwedEntry> Lost { get; } = [];

    public bool LostEndAtOnce { get; set; } = true;

    public IReadOnlyList<OwedEntry> Owed { get; private set; } = [];

    public string Boot => "this boot";

    /// <summary>For a new supervisor: what was not on disk is lost.</summary>
    public FakeJournal OpenedBy(IEngineInbox inbox)
    {
        _inbox = inbox;
        _unwritten.Clear();
        _free.Clear();
        Owed = [.. Disk.All.Select(entry => entry with { BegunWasStarted = entry.Begun is { } begun && Set.Contains(begun.Mark) })];
        return this;
    }

    public void Write(IReadOnlyList<CleanupRecord> records, long ticket)
    {
        HandedIn.AddRange(records);
        foreach (var owed in records.OfType<CleanupRecord.Owed>())
        {
            OnOwed(owed);
        }

        _unwritten.Enqueue((records, ticket));
        if (WritesAtOnce)
        {
            Written();
        }
    }

    /// <summary>The disk has done what waits for it.</summary>
    public void Written()
    {
        while (_unwritten.TryDequeue(out var write))
        {
            foreach (var record in write.Records)
            {
                if (Problem is null)
                {
                    Disk.Apply(record);
                    OnDisk.Add(record);
                }

                Answered.Add(record.Id);
            }

            _inbox!.Post(new JournalWritten(write.Ticket, Problem));
        }
    }

    public StartMark TakeMark()
    {
        // One that was used before is cleared for its next use, as the real ones are.
        var mark = _free.TryPop(out var used) ? used : ++_lastMark;
        Set.Remove(mark);
        return new(mark, mark);
    }

    public void ClearMark(StartMark mark) => Set.Remove(mark.Number);

    public void ReturnMark(StartMark mark) => _free.Push(mark.Number);

    public void EndLost(OwedEntry entry)
    {
        Lost.Add(entry);
        if (LostEndAtOnce)
        {
            LostEnd();
        }
    }

    /// <summary>Nothing of the attempts of the supervisor before lives any more.</summary>
    public void LostEnd(string? remark = null)
    {
        var ended = Lost.ToArray();
        Lost.Clear();
        foreach (var entry in ended)
        {
            _inbox!.Post(new LostRunEnded(entry.Id, remark));
        }
    }
}
