using Supervisor.Systemd;

namespace Supervisor.Hosting;

/// <summary>
/// Asks the service manager for more time than its unit gives, as long as a start or a stop goes on and the engine turns: a migration before the first
/// start, or a job with ten minutes to stop, are not to be killed half-way; a supervisor that is stuck is. Each request reaches a little
/// further than the next one, so that what the manager waits for at most after the last sign of life is <see cref="Reach"/>.
/// </summary>
internal sealed class TimeoutExtension : IDisposable
{
    /// <summary>Time between two requests.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>How far a request reaches: two that were lost do no harm.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromSeconds(30);

    private readonly ITimer? _timer;
    private bool _isOn;

    /// <summary>Nothing is asked for yet, and nothing ever when nobody listens.</summary>
    /// <param name="notifier">Who is asked.</param>
    /// <param name="ping">Ends when the engine has gone through a turn.</param>
    /// <param name="time">Clock.</param>
    public TimeoutExtension(ServiceNotifier notifier, Func<Task> ping, TimeProvider time)
    {
        if (notifier.IsEnabled)
        {
            var signs = new EngineSigns(ping, () => notifier.ExtendTimeout(Reach));
            _timer = time.CreateTimer(_ => signs.Ask(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A start or a stop goes on.</summary>
    public void Begin() => Turn(on: true, TimeSpan.Zero);

    /// <summary>It is over: nothing ticks.</summary>
    public void End() => Turn(on: false, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Turn(bool on, TimeSpan first)
    {
        if (_isOn != on)
        {
            _isOn = on;
            _timer?.Change(first, on ? Every : Timeout.InfiniteTimeSpan);
        }
    }
}
