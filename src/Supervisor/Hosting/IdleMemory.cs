namespace Supervisor.Hosting;

/// <summary>
/// Gives memory back when it has become quiet after a burst of work. The garbage of a start, an apply or a listing of a thousand jobs would stay ours
/// for as long as nothing happens, since only the next allocations make the collector run. No timer runs while nothing happens: work that has left
/// enough behind arms one, and it ends with the collection.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    private const long WorthIt = 2 << 20;

    // Less than this in a whole interval is what reading the clock and a heartbeat of Kestrel cost.
    private const long Quiet = 256 << 10;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    private readonly ITimer _timer;
    // What the start leaves behind is worth it, however little it allocates.
    private long _collectedAt = -WorthIt;
    private long _seen;
    private int _armed;

    /// <summary>Begins to look; nothing is armed.</summary>
    public IdleMemory(TimeProvider time) => _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Something has been done. Any thread; one comparison when a look is due already.</summary>
    public void Active()
    {
        if (Volatile.Read(ref _armed) == 0 && GC.GetTotalAllocatedBytes() - Volatile.Read(ref _collectedAt) >= WorthIt && Interlocked.Exchange(ref _armed, 1) == 0)
        {
            _seen = GC.GetTotalAllocatedBytes();
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var now = GC.GetTotalAllocatedBytes();
        if (now - _seen > Quiet)
        {
            _seen = now;
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
            return;
        }

        var pages = ProgramPages.Find(); // before the collection, which takes along what that leaves behind
        StartMemory.End();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ProgramPages.GiveBack(pages);
        Volatile.Write(ref _collectedAt, GC.GetTotalAllocatedBytes());
        Volatile.Write(ref _armed, 0);
    }
}
