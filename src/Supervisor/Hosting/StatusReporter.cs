using Supervisor.Jobs;
using Supervisor.Systemd;

namespace Supervisor.Hosting;

/// <summary>
/// Keeps the service manager's picture of us true: whenever the engine has published something, the newest status line goes out; STOPPING is said as
/// soon as the stop begins, whoever asked for it; and while a start or a stop goes on, time is asked for. Many changes at once make one message.
/// </summary>
internal sealed class StatusReporter(ServiceNotifier notifier, Func<SupervisorSnapshot> snapshot, TimeoutExtension extension) : IDisposable
{
    private readonly SemaphoreSlim _published = new(0, 1);
    private readonly CancellationTokenSource _ended = new();
    private Task _reporting = Task.CompletedTask;

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

            switch (now.State)
            {
                case SupervisorState.Starting:
                    extension.Begin();
                    break;
                case SupervisorState.Running:
                    extension.End();
                    break;
                case SupervisorState.Stopping:
                    notifier.Stopping();
                    extension.Begin();
                    break;
            }

            await _published.WaitAsync(_ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
