using Supervisor.Jobs.Ports;

namespace Supervisor.Processes;

/// <summary>
/// Tells when a start hangs. One timer for all starts: the runtime keeps its own timers in a list and wakes its timer thread only when the
/// earliest one is due, so arming and disarming it around every start costs two list operations.
/// </summary>
internal sealed class SlowStartWatch : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);
    private readonly object _gate = new();
    private readonly ITimer _timer;
    private long _spawnId = -1;

    public SlowStartWatch(IEngineInbox inbox, TimeProvider time)
    {
        _timer = time.CreateTimer(_ =>
        {
            long slow;
            lock (_gate)
                slow = _spawnId;
            // Outside the lock: whoever takes it may wait for the start, which ends in it.
            if (slow >= 0)
                inbox.Post(new SpawnSlow(slow, _limit));
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // The runtime makes its timer thread at the first arming. Now, when it can be made: at the first start the limit of processes may be
        // reached already, and a thread that cannot be made would end us instead of being that start's failure.
        _timer.Change(_limit, Timeout.InfiniteTimeSpan);
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A start begins.</summary>
    public void Begin(long spawnId)
    {
        lock (_gate)
            _spawnId = spawnId;
        _timer.Change(_limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>It is over.</summary>
    public void End()
    {
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
            _spawnId = -1;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
