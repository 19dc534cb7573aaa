using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Supervisor.Control;

/// <summary>
/// The HTTP API: Kestrel on a descriptor that we listen on. Lives beside the daemon's own host, which starts and stops it. Takes no signals
/// and logs nothing of its own.
/// </summary>
public sealed class ControlServer : IAsyncDisposable
{
    private const int LargestBody = 1024 * 1024;
    private const int MostClients = 512;
    private static readonly TimeSpan _headersTimeout = TimeSpan.FromSeconds(10);

    // What a client that connects and says nothing is given before it is shown the door.
    private static readonly TimeSpan _silenceTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _stopTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _app;

    /// <summary>Builds it; nothing is accepted yet. <paramref name="descriptor"/> belongs to the server from <see cref="StartAsync"/> on.</summary>
    /// <param name="options">What it works on.</param>
    /// <param name="descriptor">A listening Unix socket.</param>
    /// <param name="group">Number of the control group (<see cref="ControlSocket.Group"/>).</param>
    public ControlServer(ControlOptions options, int descriptor, uint? group)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "supervisor" });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRoutingCore();
        var policy = AccessPolicy.Of(options.Daemon, Tmds.Linux.LibC.geteuid(), group);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, (ulong)descriptor, policy));
        _app = builder.Build();
        _app.Use(AnswerProblemsAsync);
        _app.UseRouting();
        new ReadEndpoints(options).Map(_app);
        new BoardEndpoints(options).Map(_app);
        new LogEndpoint(options, _stopping.Token).Map(_app);
        new OperationEndpoints(options).Map(_app);
        _app.MapFallback("{**path}", context => throw new RequestException(
            new("about:blank", "not found", StatusCodes.Status404NotFound, $"there is nothing at {context.Request.Path}; GET /v1/status is a beginning")));
    }

    /// <summary>Begins to accept connections.</summary>
    public Task StartAsync(CancellationToken cancellation) => _app.StartAsync(cancellation);

    /// <summary>Ends followers, lets running requests finish (for a few seconds), then closes everything.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_stopTimeout);
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static void Limit(KestrelServerOptions kestrel, ulong descriptor, AccessPolicy policy)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.MaxConcurrentConnections = MostClients;
        kestrel.Limits.RequestHeadersTimeout = _headersTimeout;
        kestrel.Limits.KeepAliveTimeout = _silenceTimeout;
        // `logs -f | less` reads nothing for hours, and may.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.ListenHandle(descriptor, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => Permission.Note(next, policy));
        });
    }

    private static async Task AnswerProblemsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (RequestException refused) when (!context.Response.HasStarted)
        {
            await Answers.ProblemAsync(context, refused.Problem).ConfigureAwait(false);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await Answers.ProblemAsync(context, new("urn:supervisor:bad-request", "bad request", bad.StatusCode, bad.Message)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; what it asked for goes on.
        }
        catch (Exception unexpected) when (!context.Response.HasStarted)
        {
            // A mistake of ours must reach whoever asked; the daemon goes on.
            await Answers.ProblemAsync(context, new("urn:supervisor:internal", "internal error", 500, $"a mistake of the supervisor itself: {unexpected}"))
                .ConfigureAwait(false);
        }
    }

    /// <summary>Signals are the daemon's affair: the usual lifetime would take SIGTERM, SIGINT and SIGQUIT for itself.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
