using Microsoft.Extensions.Hosting;
using Supervisor.Control;

namespace Supervisor.Hosting;

/// <summary>The control server as a part of the host: it answers before the first job starts and until the last one has stopped.</summary>
internal sealed class ControlService(ControlServer server) : IHostedService, IAsyncDisposable
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();
}
