namespace Supervisor.StateBoard;

/// <summary>A counter or gauge of the board. The default value takes everything and does nothing.</summary>
public readonly unsafe struct Counter
{
    private readonly ulong* _value;

    internal Counter(byte* value) => _value = (ulong*)value;

    /// <summary>Whether somebody can read it: there is a board, and its table had room.</summary>
    public bool IsShown => _value is not null;

    /// <summary>Its value; a gauge is signed.</summary>
    public long Value => _value is null ? 0 : (long)Volatile.Read(ref *_value);

    /// <summary>Adds atomically; any thread and any process may.</summary>
    public void Add(long by = 1)
    {
        if (_value is not null)
        {
            Interlocked.Add(ref *_value, (ulong)by);
        }
    }

    /// <summary>Sets it (gauges).</summary>
    public void Set(long value)
    {
        if (_value is not null)
        {
            Volatile.Write(ref *_value, (ulong)value);
        }
    }
}
