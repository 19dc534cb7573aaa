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

    private WebServer(ControlOptions options, WebListener listener, WebToken token, string tokenFile)
    {
        (Listener, TokenFile) = (listener, tokenFile);
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "supervisor" });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, ControlServer.NoLifetime>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, listener, options.Limits));
        var (app, stopping) = (builder.Build(), new CancellationTokenSource());
        _host = new(app, stopping);
        var gate = new WebGate(token, new(options.Daemon.Http!.Hosts), AccessPolicy.Of(options.Daemon, Tmds.Linux.LibC.geteuid(), group: null));
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

    /// <summary>Reads (or makes) the token and listens; nothing is accepted yet.</summary>
    /// <exception cref="WebException">It cannot; says why.</exception>
    public static WebServer Open(ControlOptions options, HttpSpec spec)
    {
        var token = Web.TokenFile.Read(options.Daemon);
        return Open(options, WebListener.Listen(spec), token);
    }

    /// <summary>The same on a socket that listens already, with a token that has been read.</summary>
    internal static WebServer Open(ControlOptions options, WebListener listener, (string Path, WebToken Token) token) => new(options, listener, token.Token, token.Path);

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
