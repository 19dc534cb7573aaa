namespace Supervisor.Logs;

/// <summary>
/// Counts the files of one stream, so that a place in them keeps its meaning over rotations. The renames of a rotation are done under
/// <see cref="Renaming"/>, and a reader opens its files under it: it gets the files of one moment, and what it has opened stays as it is.
/// </summary>
internal sealed class FileGenerations
{
    private readonly List<long> _older = [];
    private long _current;

    /// <summary>Held while files change their names, and while they are opened by name to be read.</summary>
    public Lock Renaming { get; } = new();

    /// <summary>Of the current file.</summary>
    public long Current => Volatile.Read(ref _current);

    /// <summary>Of an older file: 1 is the newest of them. Negative: it is from before the supervisor's start. Under <see cref="Renaming"/>.</summary>
    public long Older(int number) => number <= _older.Count ? _older[number - 1] : _older.Count - number;

    /// <summary>The number that an older file of this generation has now; 0: it is not kept any more. Under <see cref="Renaming"/>.</summary>
    public int NumberOf(long generation)
    {
        var index = _older.IndexOf(generation);
        return index >= 0 ? index + 1 : generation < 0 ? (int)(_older.Count - generation) : 0;
    }

    /// <summary>What an earlier image has counted.</summary>
    public void Restore(IReadOnlyList<long> older, long current)
    {
        _older.AddRange(older);
        _current = current;
    }

    /// <summary>Of the older files, newest first.</summary>
    public IReadOnlyList<long> AllOlder => [.. _older];

    /// <summary>The current file has become older file 1 (or, when none is kept, was removed). Under <see cref="Renaming"/>.</summary>
    public void Rotated(int kept)
    {
        _older.Insert(0, Current);
        _older.RemoveRange(Math.Min(kept, _older.Count), Math.Max(0, _older.Count - kept));
        Volatile.Write(ref _current, Current + 1);
    }

    /// <summary>Somebody else has removed the current file: the next one is another. The older ones keep theirs.</summary>
    public void Removed()
    {
        lock (Renaming)
        {
            Volatile.Write(ref _current, Current + 1);
        }
    }
}
