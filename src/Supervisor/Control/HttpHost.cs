using Microsoft.AspNetCore.Builder;

namespace Supervisor.Control;

/// <summary>A server with its end: followers first, then a few seconds for what runs, then everything.</summary>
/// <param name="app">The server; belongs to this one.</param>
/// <param name="stopping">Ends followers; belongs to this one.</param>
internal sealed class HttpHost(WebApplication app, CancellationTokenSource stopping) : IHttpServer
{
    private static readonly TimeSpan _stopTimeout = TimeSpan.FromSeconds(5);

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
}
