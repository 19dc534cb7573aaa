using Supervisor.Engine;
using Supervisor.Systemd;

namespace Supervisor.Hosting;

/// <summary>
/// Sends WATCHDOG=1 at half of the time that the service manager allows, and only when the engine has gone through a turn for it: a stuck engine
/// stays silent, and the manager acts.
/// </summary>
internal sealed class EngineWatchdog : IDisposable
{
    private readonly ITimer? _timer;

    /// <summary>Starts when WATCHDOG_USEC asks for it.</summary>
    public EngineWatchdog(ServiceNotifier notifier, EngineLoop engine, TimeProvider time)
    {
        var asked = WatchdogRequest.Read(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId);
        if (notifier.IsEnabled && asked is { } within)
        {
            var ping = Task.CompletedTask;
            _timer = time.CreateTimer(
                _ =>
                {
                    // One question at a time: a stuck engine must not be buried in them.
                    if (ping.IsCompleted)
                    {
                        ping = engine.Ping().ContinueWith(_ => notifier.Watchdog(), TaskScheduler.Default);
                    }
                },
                null, TimeSpan.Zero, within / 2);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();
}
