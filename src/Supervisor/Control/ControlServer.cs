using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Supervisor.Control.Events;

namespace Supervisor.Control;

/// <summary>
/// The HTTP API: Kestrel on a descriptor that we listen on. Lives beside the daemon's own host, which starts and stops it. Takes no signals
/// and logs nothing of its own.
/// </summary>
public sealed class ControlServer : IHttpServer
{
    private const int LargestBody = 1024 * 1024;
    private const double SlowestRate = 240;

    // What a client that does not read can hold of us, per connection.
    private const int LargestUnsent = 32 * 1024;

    private readonly WebApplication _app;
    private readonly HttpHost _host;

    /// <summary>Builds it; nothing is accepted yet. <paramref name="descriptor"/> belongs to the server from <see cref="StartAsync"/> on.</summary>
    /// <param name="options">What it works on.</param>
    /// <param name="descriptor">A listening Unix socket.</param>
    /// <param name="group">Number of the control group (<see cref="ControlSocket.Group"/>).</param>
    public ControlServer(ControlOptions options, int descriptor, uint? group)
    {
        var policy = AccessPolicy.Of(options.Daemon, Tmds.Linux.LibC.geteuid(), group);
        var stopping = new CancellationTokenSource();
        _app = HttpHost.Builder(kestrel => Limit(kestrel, options.Limits, (ulong)descriptor, policy)).Build();
        _host = new(_app, stopping);
        _app.Use((context, next) => TellServedAsync(context, next, options.Served));
        _app.Use(AnswerProblemsAsync);
        _app.UseRouting();
        MapAll(_app, options, stopping.Token);
    }

    /// <summary>What it has, for the OpenAPI document.</summary>
    internal IEnumerable<Endpoint> Endpoints => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellation) => _host.StartAsync(cancellation);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellation) => _host.StopAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>Adds the whole API.</summary>
    /// <param name="routes">Where.</param>
    /// <param name="options">What it works on.</param>
    /// <param name="stopping">Ends followers.</param>
    internal static void MapAll(IEndpointRouteBuilder routes, ControlOptions options, CancellationToken stopping)
    {
        new ReadEndpoints(options).Map(routes);
        new UsageEndpoint(options).Map(routes);
        new BoardEndpoints(options).Map(routes);
        new LogEndpoint(options, stopping).Map(routes);
        new EventsEndpoint(options, stopping).Map(routes);
        new OperationEndpoints(options).Map(routes);
        new HealthEndpoints(options).Map(routes);
        if (options.Upgrader is { } upgrader)
        {
            new UpgradeEndpoints(upgrader, stopping).Map(routes);
        }
    }

    private static void Limit(KestrelServerOptions kestrel, ControlLimits limits, ulong descriptor, AccessPolicy policy)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.MaxResponseBufferSize = LargestUnsent;
        kestrel.Limits.MaxConcurrentConnections = limits.MostClients;
        kestrel.Limits.RequestHeadersTimeout = limits.Head;
        kestrel.Limits.KeepAliveTimeout = limits.Silence;
        kestrel.Limits.MinRequestBodyDataRate = new(SlowestRate, limits.Grace);
        kestrel.Limits.MinResponseDataRate = new(SlowestRate, limits.Grace);
        kestrel.ListenHandle(descriptor, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => Permission.Note(next, policy));
        });
    }

    /// <summary>Says that a request is over, however it went.</summary>
    internal static async Task TellServedAsync(HttpContext context, RequestDelegate next, Action served)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            served();
        }
    }

    /// <summary>Turns what goes wrong into answers.</summary>
    internal static async Task AnswerProblemsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
            await AnswerBareStatusAsync(context).ConfigureAwait(false);
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

    // Routing's own answers (no such path, no such method there) have a status and no words.
    private static Task AnswerBareStatusAsync(HttpContext context) => context.Response switch
    {
        { HasStarted: true } => Task.CompletedTask,
        { StatusCode: StatusCodes.Status404NotFound } => throw RequestException.NotFound(context.Request.Path),
        { StatusCode: StatusCodes.Status405MethodNotAllowed } refused => Answers.ProblemAsync(context, new(
            "about:blank", "method not allowed", refused.StatusCode, $"{context.Request.Path} takes {refused.Headers.Allow}, not {context.Request.Method}")),
        _ => Task.CompletedTask,
    };
}
