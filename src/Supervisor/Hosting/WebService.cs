using Microsoft.Extensions.Hosting;
using Serilog;
using Supervisor.Web;

namespace Supervisor.Hosting;

/// <summary>The dashboard as a part of the host, where it is asked for; it tells where it is and where its token is.</summary>
internal sealed class WebService(WebServer? server, ILogger log) : IHostedService, IAsyncDisposable
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (server is null)
        {
            return;
        }

        await server.StartAsync(cancellationToken).ConfigureAwait(false);
        log.Information("dashboard at {Url:l}; its token is in {File:l}", server.Listener.Url, server.TokenFile);
        if (!server.Listener.IsLocal)
        {
            log.Warning(
                "the dashboard listens on {Address:l}, beyond this machine, without encryption: whoever reads the traffic has the token; put TLS in front of it (docs/dashboard.md)",
                server.Listener.Address.ToString());
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
