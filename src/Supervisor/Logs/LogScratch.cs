namespace Supervisor.Logs;

/// <summary>Buffers of the log thread, shared by all logs because it does one thing at a time.</summary>
internal sealed class LogScratch
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024);

    /// <summary>Where lines are formatted.</summary>
    public Span<byte> Buffer => _buffer;

    /// <summary>The stamp of the last millisecond.</summary>
    public TimestampFormat Stamps { get; } = new();
}
