using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Supervisor.Control;
using Supervisor.Specs;

namespace Supervisor.Web;

/// <summary>
/// The dashboard: the page and the API over TCP, only when the configuration asks for it. A server beside the control socket's, so that whatever comes
/// in from the network has its own limits and takes nothing from those who sit at the machine.
/// </summary>
public sealed class WebServer : IHttpServer
{
    private const int LargestBody = 64 * 1024;
    private const int LargestHead = 16 * 1024;

    private readonly HttpHost _host;

    /// <summary>Makes the server; nothing is accepted yet.</summary>
    /// <param name="options">What it serves.</param>
    /// <param name="listener">Its socket, which listens already; the descriptor is the server's from now on.</param>
    /// <param name="token">Which file has the token, and the token.</param>
    internal WebServer(ControlOptions options, WebListener listener, (string Path, WebToken Token) token)
    {
        (Listener, TokenFile) = (listener, token.Path);
        var (app, stopping) = (HttpHost.Builder(kestrel => Limit(kestrel, listener, options.Limits)).Build(), new CancellationTokenSource());
        _host = new(app, stopping);
        var gate = new WebGate(token.Token, new(options.Daemon.Http!.Hosts), AccessPolicy.Of(options.Daemon, Tmds.Linux.LibC.geteuid(), group: null));
        app.Use(Protect);
        app.Use((context, next) => ControlServer.TellServedAsync(context, next, options.Served));
        app.Use(ControlServer.AnswerProblemsAsync);
        app.Use(gate.PassAsync);
        app.UseRouting();
        ControlServer.MapAll(app, options, stopping.Token);
    }

    /// <summary>Where it listens.</summary>
    public WebListener Listener { get; }

    /// <summary>Which file has the token.</summary>
    public string TokenFile { get; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellation) => _host.StartAsync(cancellation);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellation) => _host.StopAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static Task Protect(HttpContext context, RequestDelegate next)
    {
        BrowserRules.Protect(context.Response.Headers);
        return next(context);
    }

    private static void Limit(KestrelServerOptions kestrel, WebListener listener, ControlLimits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = LargestHead;
        kestrel.Limits.MaxConcurrentConnections = limits.MostWebClients;
        kestrel.Limits.RequestHeadersTimeout = limits.Head;
        kestrel.Limits.KeepAliveTimeout = limits.Silence;
        kestrel.ListenHandle((ulong)listener.Descriptor, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
