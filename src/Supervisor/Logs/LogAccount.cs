using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Counters of one instance: written by the log thread, read by anybody.</summary>
internal sealed class LogAccount(InstanceName name, Action<InstanceName, string> report)
{
    private long _bytes;
    private long _lines;
    private long _dropped;
    private long _droppedLines;
    private long _errors;
    private string? _lastError;

    /// <summary>Whose.</summary>
    public InstanceName Name => name;

    /// <summary>Bytes dropped so far.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The counters now.</summary>
    public LogCounters Now => new(
        Volatile.Read(ref _bytes), Volatile.Read(ref _lines), Dropped, Volatile.Read(ref _droppedLines), Volatile.Read(ref _errors), Volatile.Read(ref _lastError));

    /// <summary>What an earlier image has counted.</summary>
    public void Restore(LogCounters left) =>
        (_bytes, _lines, _dropped, _errors, _lastError) = (left.Bytes, left.Lines, left.DroppedBytes, left.WriteErrors, left.LastError);

    /// <summary>Read from the job.</summary>
    public void Read(int bytes, int lines)
    {
        Volatile.Write(ref _bytes, _bytes + bytes);
        Volatile.Write(ref _lines, _lines + lines);
    }

    /// <summary>Lost: so many bytes, in which so many lines ended.</summary>
    public void Drop(long bytes, long lines)
    {
        Volatile.Write(ref _dropped, _dropped + bytes);
        Volatile.Write(ref _droppedLines, _droppedLines + lines);
    }

    /// <summary>Lost.</summary>
    public void Drop(ReadOnlySpan<byte> bytes) => Drop(bytes.Length, LineEnds.Count(bytes));

    /// <summary>A write failed.</summary>
    public void Fail() => Volatile.Write(ref _errors, _errors + 1);

    /// <summary>Says something to whoever listens.</summary>
    public void Say(string text) => report(name, text);

    /// <summary>A trouble begins (text) or is over (null); said to whoever listens.</summary>
    public void Trouble(string? error, string said)
    {
        Volatile.Write(ref _lastError, error);
        report(name, said);
    }
}
