namespace Supervisor.Logs;

/// <summary>What is put around the lines of one pipe. Streams: a line need not be whole.</summary>
internal abstract class LineFormat
{
    /// <summary>Formats as much of a piece as fits into a buffer.</summary>
    /// <param name="chunk">Bytes as the job wrote them.</param>
    /// <param name="at">Milliseconds since 1970.</param>
    /// <param name="taken">Bytes of them that are in what is returned, or kept for the next call.</param>
    /// <returns>Valid until the next call of any format.</returns>
    public abstract ReadOnlySpan<byte> Next(ReadOnlySpan<byte> chunk, long at, out int taken);

    /// <summary>Adds where it stands in its line, for the image after this one.</summary>
    public abstract SinkState AddTo(SinkState state);

    /// <summary>Goes on where that of the image before has stopped.</summary>
    public abstract void GoOn(SinkState state);

    /// <summary>What comes is of this run.</summary>
    public virtual void BeginRun(LogRun run)
    {
    }
}
