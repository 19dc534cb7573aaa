using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Supervisor.Control;

/// <summary>A server with its end: followers first, then a few seconds for what runs, then everything.</summary>
/// <param name="app">The server; belongs to this one.</param>
/// <param name="stopping">Ends followers; belongs to this one.</param>
internal sealed class HttpHost(WebApplication app, CancellationTokenSource stopping) : IHttpServer
{
    private static readonly TimeSpan _stopTimeout = TimeSpan.FromSeconds(5);

    /// <summary>What our servers have in common: Kestrel, routes, no signals and no log of their own.</summary>
    /// <param name="kestrel">Sets its limits and where it listens.</param>
    public static WebApplicationBuilder Builder(Action<KestrelServerOptions> kestrel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "supervisor" });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, SharedBuffers>(); // the last one counts
        return builder;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellation) => app.StartAsync(cancellation);

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_stopTimeout);
        await app.StopAsync(limit.Token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    /// <summary>Signals are the daemon's affair: the usual lifetime would take SIGTERM, SIGINT and SIGQUIT for itself.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
