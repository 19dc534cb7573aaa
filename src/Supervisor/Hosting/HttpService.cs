using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Supervisor.Control;
using Supervisor.Jobs.Ports;

namespace Supervisor.Hosting;

/// <summary>
/// A server as a part of the host. For an upgrade it comes to rest: requests that run are answered, and whoever connects from then on waits in the socket's queue
/// for the next image.
/// </summary>
/// <param name="name">What it is called in an upgrade.</param>
/// <param name="make">Makes a server on a descriptor of its own; null: there is to be none.</param>
internal abstract class HttpService<TServer>(string name, Func<TServer>? make) : IHostedService, IHandedOver, IAsyncDisposable
    where TServer : class, IHttpServer
{
    // How long requests that run are waited for.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private TServer? _server;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Begin(cancellationToken).ConfigureAwait(false);
        if (_server is { } server)
        {
            Tell(server);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<JsonElement> ComeToRest()
    {
        using var limit = new CancellationTokenSource(_patience);
        await StopAsync(limit.Token).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        return NothingToTell.Json;
    }

    /// <inheritdoc/>
    public void Resume() => Begin(CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Says that it has been started; not when it goes on after an upgrade that did not take place.</summary>
    protected virtual void Tell(TServer server)
    {
    }

    private Task Begin(CancellationToken cancellation)
    {
        _server = make?.Invoke();
        return _server?.StartAsync(cancellation) ?? Task.CompletedTask;
    }
}

/// <summary>What those hand over that have nothing to tell the next image.</summary>
internal static class NothingToTell
{
    /// <summary>An empty object.</summary>
    public static readonly JsonElement Json = JsonDocument.Parse("{}").RootElement.Clone();
}
