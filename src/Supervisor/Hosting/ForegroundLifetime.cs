using Microsoft.Extensions.Hosting;
using Supervisor.Systemd;

namespace Supervisor.Hosting;

/// <summary>
/// The host's lifetime where systemd is not the parent: a terminal, a container, a shell in between. Says READY and STOPPING to whoever listens at
/// NOTIFY_SOCKET, at the moments at which the host's own lifetime for systemd says them. Signals are not its business (<see cref="Signals"/>).
/// </summary>
internal sealed class ForegroundLifetime(ServiceNotifier notifier, IHostApplicationLifetime host) : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        host.ApplicationStarted.Register(notifier.Ready);
        host.ApplicationStopping.Register(notifier.Stopping);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
