using Supervisor.Systemd;

namespace Supervisor.Hosting;

/// <summary>
/// Sends WATCHDOG=1 at half of the time that the service manager allows, and only when the engine has gone through a turn for it: a stuck engine
/// stays silent, and the manager acts.
/// </summary>
internal sealed class EngineWatchdog : IDisposable
{
    private readonly ITimer? _timer;
    private readonly EngineSigns? _signs;

    /// <summary>Starts when WATCHDOG_USEC asks for it.</summary>
    /// <param name="notifier">Who is told.</param>
    /// <param name="ping">Ends when the engine has gone through a turn.</param>
    /// <param name="within">What the manager asks for; null: nothing.</param>
    /// <param name="time">Clock.</param>
    public EngineWatchdog(ServiceNotifier notifier, Func<Task> ping, TimeSpan? within, TimeProvider time)
    {
        if (notifier.IsEnabled && within is { } limit)
        {
            _signs = new(ping, notifier.Watchdog);
            _timer = time.CreateTimer(_ => _signs.Ask(), null, TimeSpan.Zero, limit / 2);
        }
    }

    /// <summary>Ends when the last question is over: a tick before that would be left out.</summary>
    internal Task LastQuestion => _signs?.Asked ?? Task.CompletedTask;

    /// <summary>What the environment asks for.</summary>
    public static TimeSpan? Asked() => WatchdogRequest.Read(
        Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId);

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();
}
