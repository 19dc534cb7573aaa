using Supervisor.Jobs.Ports;

namespace Supervisor.Processes;

/// <summary>
/// Tells when a start hangs. One timer for all starts, and armed by the first start after it was quiet: to arm it for each would wake the runtime's timer thread, on a
/// processor that has better to do just then. When it comes it looks whether a start is on its way, and since when.
/// </summary>
internal sealed class SlowStartWatch : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);
    private readonly object _gate = new();
    private readonly IEngineInbox _inbox;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _spawnId = -1;
    private long _began;
    private bool _armed;

    public SlowStartWatch(IEngineInbox inbox, TimeProvider time)
    {
        (_inbox, _time) = (inbox, time);
        _timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // The runtime makes its timer thread at the first arming. Now, when it can be made: at the first start the limit of processes may be
        // reached already, and a thread that cannot be made would end us instead of being that start's failure.
        _timer.Change(_limit, Timeout.InfiniteTimeSpan);
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A start begins.</summary>
    public void Begin(long spawnId)
    {
        lock (_gate)
        {
            (_spawnId, _began) = (spawnId, _time.GetTimestamp());
            if (!_armed)
                Arm(_limit);
        }
    }

    /// <summary>It is over.</summary>
    public void End()
    {
        lock (_gate)
            _spawnId = -1;
    }

    private void Look()
    {
        long slow;
        lock (_gate)
        {
            _armed = false;
            slow = _spawnId;
            if (slow >= 0 && _time.GetElapsedTime(_began) is var soFar && soFar < _limit)
            {
                Arm(_limit - soFar);
                return;
            }
        }

        // Outside the lock: whoever takes it may wait for the start, which ends in it. Told once: the next start arms it again.
        if (slow >= 0)
            _inbox.Post(new SpawnSlow(slow, _limit));
    }

    private void Arm(TimeSpan after)
    {
        _armed = true;
        _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
