using System.Threading.Channels;

namespace Supervisor.Logs;

/// <summary>
/// Looks after the older files of all logs, on the pool, one log at a time: removes what is too old, compresses, removes what is too much. Asked when
/// a file was rotated and when a run begins; for age there is one timer, set to the next file that gets too old.
/// </summary>
internal sealed class LogKeeper : IDisposable
{
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _longestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan _shortestTimer = TimeSpan.FromSeconds(1);

    // Null: the timer.
    private readonly Channel<JobLog?> _asked = Channel.CreateUnbounded<JobLog?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<JobLog, DateTimeOffset> _due = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Task _work;

    /// <summary>Begins to wait for wishes.</summary>
    public LogKeeper(string directory, TimeProvider time)
    {
        (_directory, _time) = (directory, time);
        _timer = time.CreateTimer(_ => _asked.Writer.TryWrite(null), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _work = Task.Run(Work);
    }

    /// <summary>Asks for a log; never blocks.</summary>
    public void Tend(JobLog log)
    {
        if (log.Spec is { Compress: true } or { MaxAge: not null } or { MaxTotal: not null } && log.MayAskKeeper())
        {
            _ = _asked.Writer.TryWrite(log);
        }
    }

    /// <summary>Gives up what it does; a file that was half compressed is begun again at the next start.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _ = _asked.Writer.TryComplete();
        _ = _work.Wait(_endLimit);
        _timer.Dispose();
        _stopping.Dispose();
    }

    private async Task Work()
    {
        await foreach (var asked in _asked.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var now = _time.GetUtcNow();
            JobLog[] due = asked is null ? [.. _due.Where(entry => entry.Value <= now).Select(entry => entry.Key)] : [asked];
            foreach (var log in due.Where(_ => !_stopping.IsCancellationRequested))
            {
                Tend(log, now);
            }

            SetTimer(now);
        }
    }

    private void Tend(JobLog log, DateTimeOffset now)
    {
        log.KeeperComes();
        _ = _due.Remove(log);
        if (!log.IsClosed && new OlderFiles(log, _directory).Tend(now, _stopping.Token) is { } next)
        {
            _due[log] = next;
        }
    }

    private void SetTimer(DateTimeOffset now)
    {
        if (_due.Count > 0 && !_stopping.IsCancellationRequested)
        {
            var wait = _due.Values.Min() - now;
            _ = _timer.Change(wait < _shortestTimer ? _shortestTimer : wait > _longestTimer ? _longestTimer : wait, Timeout.InfiniteTimeSpan);
        }
    }
}
