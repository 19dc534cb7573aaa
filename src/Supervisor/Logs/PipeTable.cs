namespace Supervisor.Logs;

/// <summary>The pipes that are read. A tag names a place and its use, so that an event for a pipe that is gone finds nobody.</summary>
internal sealed class PipeTable
{
    private readonly List<(LogPipe Pipe, JobLog Log)?> _entries = [];
    private readonly Stack<int> _free = new();
    private uint _generation;

    /// <summary>All, as of now: pipes may be removed meanwhile.</summary>
    public IEnumerable<(LogPipe Pipe, JobLog Log)> All => _entries.ToArray().OfType<(LogPipe Pipe, JobLog Log)>();

    /// <summary>Places, taken or free.</summary>
    public int Slots => _entries.Count;

    /// <summary>Who is at a place; null: nobody.</summary>
    public (LogPipe Pipe, JobLog Log)? At(int slot) => _entries[slot];

    /// <summary>Gives a pipe its tag.</summary>
    public void Add(LogPipe pipe, JobLog log)
    {
        var slot = _free.TryPop(out var free) ? free : _entries.Count;
        if (slot == _entries.Count)
        {
            _entries.Add(null);
        }

        _entries[slot] = (pipe, log);
        pipe.Tag = ((ulong)++_generation << 32) | (uint)slot;
    }

    /// <summary>Forgets a pipe.</summary>
    public void Remove(LogPipe pipe)
    {
        var slot = (int)(uint)pipe.Tag;
        _entries[slot] = null;
        _free.Push(slot);
    }

    /// <summary>Whose tag that is; null: nobody's any more.</summary>
    public (LogPipe Pipe, JobLog Log)? Find(ulong tag)
    {
        var slot = (int)(uint)tag;
        return slot < _entries.Count && _entries[slot] is { } entry && entry.Pipe.Tag == tag ? entry : null;
    }

    /// <summary>The pipe of a stream of a log.</summary>
    public LogPipe? Find(JobLog log, Jobs.Ports.LogStream stream)
    {
        foreach (var entry in _entries)
        {
            if (entry is { } known && known.Log == log && known.Pipe.Stream == stream)
            {
                return known.Pipe;
            }
        }

        return null;
    }
}
