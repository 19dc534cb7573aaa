namespace Supervisor.Logs;

/// <summary>Where the bytes of one pipe go. Used by the log thread alone.</summary>
internal abstract class LogSink : IDisposable
{
    /// <summary>Whether the pipe may be read: false while what was read before cannot be passed on and the job shall wait.</summary>
    public abstract bool Accepts { get; }

    /// <summary>Whether a drain may still hand something over although <see cref="Accepts"/> is false.</summary>
    public abstract bool CanHold { get; }

    /// <summary>The most to hand over at once.</summary>
    public virtual int LargestRead => int.MaxValue;

    /// <summary>Where the file ends, what is held not counted.</summary>
    public virtual FilePosition Written => default;

    /// <summary>What it holds, for the image after this one.</summary>
    public abstract SinkState State { get; }

    /// <summary>Goes on where that of the image before has stopped.</summary>
    public abstract void GoOn(SinkState state);

    /// <summary>What comes is of this run.</summary>
    public virtual void BeginRun(LogRun run)
    {
    }

    /// <summary>Takes a piece over, whole: what cannot be written is held or dropped and counted.</summary>
    /// <param name="chunk">Bytes as the job wrote them.</param>
    /// <param name="at">Milliseconds since 1970.</param>
    public abstract void Write(ReadOnlySpan<byte> chunk, long at);

    /// <summary>What stands in the way, in words; null: nothing.</summary>
    public virtual string? Error => null;

    /// <summary>When to try again by <see cref="Retry"/>, if nothing else says that it would work: true for a disk.</summary>
    public virtual bool RetriesByTime => false;

    /// <summary>Tries to pass on what is held.</summary>
    public virtual void Retry()
    {
    }

    /// <summary>Tries a last time to pass on what is held; what cannot be is counted as dropped.</summary>
    public abstract void Dispose();
}
