using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Serilog;
using Supervisor.Jobs.Ports;
using Supervisor.Web;

namespace Supervisor.Hosting;

/// <summary>The dashboard as a part of the host, where it is asked for; it tells where it is and where its token is.</summary>
/// <param name="make">Makes a server on a descriptor of its own; null: there is to be none.</param>
/// <param name="log">Where it tells.</param>
internal sealed class WebService(Func<WebServer>? make, ILogger log) : IHostedService, IHandedOver, IAsyncDisposable
{
    private WebServer? _server;

    /// <inheritdoc/>
    public string Name => "web";

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await StartSilently(cancellationToken).ConfigureAwait(false) is not { } server)
        {
            return;
        }

        log.Information("dashboard at {Url:l}; its token is in {File:l}", server.Listener.Url, server.TokenFile);
        if (!server.Listener.IsLocal)
        {
            log.Warning(
                "the dashboard listens on {Address:l}, beyond this machine, without encryption: whoever reads the traffic has the token; put TLS in front of it (docs/dashboard.md)",
                server.Listener.Address.ToString());
        }
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
    public void Resume() => StartSilently(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<WebServer?> StartSilently(CancellationToken cancellation)
    {
        _server = make?.Invoke();
        await (_server?.StartAsync(cancellation) ?? Task.CompletedTask).ConfigureAwait(false);
        return _server;
    }
}
