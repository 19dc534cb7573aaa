using Supervisor.Jobs;
using Supervisor.Systemd;

namespace Supervisor.Hosting;

/// <summary>
/// Keeps the service manager's status line true: whenever the engine has published something, the newest line goes out, and while the supervisor
/// stops, a request for as long as the stop may take. Many changes at once make one message.
/// </summary>
internal sealed class StatusReporter(ServiceNotifier notifier, Func<SupervisorSnapshot> snapshot) : IDisposable
{
    private static readonly TimeSpan _beyondStopTimeout = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _published = new(0, 1);
    private readonly CancellationTokenSource _ended = new();
    private Task _reporting = Task.CompletedTask;
    private bool _extended;

    /// <summary>Starts when somebody listens.</summary>
    public void Start()
    {
        if (notifier.IsEnabled)
        {
            _reporting = Task.Run(Report);
        }
    }

    /// <summary>Called by the engine after each publication; never blocks.</summary>
    public void Published()
    {
        if (notifier.IsEnabled && _published.CurrentCount == 0)
        {
            _published.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Cancel();
        _reporting.Wait();
        _ended.Dispose();
        _published.Dispose();
    }

    private async Task Report()
    {
        string? said = null;
        while (!_ended.IsCancellationRequested)
        {
            var now = snapshot();
            if (StatusLine.Of(now) is var line && line != said)
            {
                notifier.Status(line);
                said = line;
            }

            if (now.State is SupervisorState.Stopping && !_extended)
            {
                notifier.ExtendTimeout(now.Spec.Daemon.StopTimeout + _beyondStopTimeout);
                _extended = true;
            }

            await _published.WaitAsync(_ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
