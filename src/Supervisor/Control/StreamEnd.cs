namespace Supervisor.Control;

/// <summary>
/// When a stream ends: its source at once when the client goes or the supervisor stops; its writes a moment later, since a write that is cancelled
/// breaks the connection off, and a client that reads should see an orderly end.
/// </summary>
internal sealed class StreamEnd : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _reads;
    private readonly CancellationTokenSource _writes;
    private readonly CancellationTokenRegistration _stop;

    /// <summary>Ends when the client has gone or the supervisor stops.</summary>
    public StreamEnd(CancellationToken gone, CancellationToken stopping)
    {
        _reads = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping);
        _writes = CancellationTokenSource.CreateLinkedTokenSource(gone);
        _stop = stopping.Register(() => _writes.CancelAfter(_patience));
    }

    /// <summary>For what the stream is fed from.</summary>
    public CancellationToken OfReads => _reads.Token;

    /// <summary>For what goes to the client.</summary>
    public CancellationToken OfWrites => _writes.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _writes.Dispose();
        _reads.Dispose();
    }
}
