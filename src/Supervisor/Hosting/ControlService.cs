using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Supervisor.Control;
using Supervisor.Jobs.Ports;

namespace Supervisor.Hosting;

/// <summary>
/// The control server as a part of the host: it answers until the last job has stopped, and its socket takes connections before the first one starts. For an upgrade it comes to rest:
/// requests that run are answered, and whoever connects from then on waits in the socket's queue for the next image.
/// </summary>
/// <param name="make">Makes a server on a descriptor of its own.</param>
internal sealed class ControlService(Func<ControlServer> make) : IHostedService, IHandedOver, IAsyncDisposable
{
    private ControlServer? _server;

    /// <inheritdoc/>
    public string Name => "control";

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _server = make();
        return _server.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<JsonElement> ComeToRest()
    {
        using var limit = new CancellationTokenSource(ServiceRest.Patience);
        await StopAsync(limit.Token).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        return ServiceRest.NothingToTell;
    }

    /// <inheritdoc/>
    public void Resume() => StartAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }
}

/// <summary>What the services have in common when they come to rest.</summary>
internal static class ServiceRest
{
    /// <summary>How long requests that run are waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>An empty object.</summary>
    public static readonly JsonElement NothingToTell = JsonDocument.Parse("{}").RootElement.Clone();
}
