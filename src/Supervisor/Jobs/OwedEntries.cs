using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>What is owed, by a list of records: the state that the journal stands for. In the order in which the attempts began.</summary>
public sealed class OwedEntries
{
    private readonly Dictionary<string, OwedEntry> _entries = [];
    private readonly List<string> _order = [];

    /// <summary>All that still owe something.</summary>
    public IEnumerable<OwedEntry> All => _order.Select(id => _entries[id]);

    /// <summary>How many.</summary>
    public int Count => _entries.Count;

    /// <summary>That one; null: it owes nothing.</summary>
    public OwedEntry? Find(string id) => _entries.GetValueOrDefault(id);

    /// <summary>Takes a record over. One about an attempt of which nothing is known changes nothing: its beginning was lost, or it is closed.</summary>
    public void Apply(CleanupRecord record)
    {
        if (record is CleanupRecord.Owed owed)
        {
            Begin(owed);
        }
        else if (_entries.TryGetValue(record.Id, out var entry))
        {
            if (record is CleanupRecord.Closed)
            {
                _entries.Remove(record.Id);
                _order.Remove(record.Id);
                return;
            }

            _entries[record.Id] = Next(entry, record);
        }
    }

    private void Begin(CleanupRecord.Owed owed)
    {
        if (_entries.TryAdd(owed.Id, new()
        {
            Id = owed.Id,
            Name = owed.Name,
            Attempt = owed.Attempt,
            Began = owed.Began,
            Process = owed.Process,
            Hooks = owed.Hooks.Select((hook, number) => new OwedHook(number, hook)).ToSequence(),
            Registered = owed.Hooks.Count,
        }))
        {
            _order.Add(owed.Id);
        }
    }

    private static OwedEntry Next(OwedEntry entry, CleanupRecord record) => record switch
    {
        CleanupRecord.Registered one => entry with
        {
            Hooks = [.. entry.Hooks.Where(owed => owed.Number != one.Number), new(one.Number, one.Hook)],
            Registered = Math.Max(entry.Registered, one.Number + 1),
        },
        CleanupRecord.Started started => entry with { Main = started.Main },
        CleanupRecord.Ended ended => entry with { Cause = ended.Cause, CalledOff = ended.CalledOff, Main = null },
        CleanupRecord.HookBegan begun => entry with { Begun = begun },
        CleanupRecord.HookDone done => entry with
        {
            Hooks = entry.Hooks.Where(owed => owed.Number != done.Number).ToSequence(),
            Begun = entry.Begun?.Number == done.Number ? null : entry.Begun,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(record), record, null),
    };
}
