using System.Net;
using Supervisor.Control;
using Supervisor.Specs;
using Supervisor.Tests.Real.Components.Control;
using Supervisor.Web;

namespace Supervisor.Tests.Real.Components.Web;

/// <summary>The dashboard's server on a real TCP socket, with a scripted engine behind it.</summary>
internal sealed class RunningWeb : IAsyncDisposable
{
    public const string Token = "0123456789abcdefghijklmnop";

    private readonly string _directory = Directory.CreateTempSubdirectory("web-").FullName;
    private readonly WebServer _server;

    private RunningWeb(Func<HttpSpec, HttpSpec>? change, Func<ControlLimits, ControlLimits>? limits)
    {
        var file = Path.Combine(_directory, "token");
        File.WriteAllText(file, Token + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var http = new HttpSpec { Listen = new(IPAddress.Loopback, 0), TokenFile = file };
        http = change?.Invoke(http) ?? http;
        var control = new ControlOptions
        {
            Supervisor = Engine,
            Logs = Engine,
            Daemon = ScriptedSupervisor.Daemon("/run/none.sock") with { Http = http },
            Now = () => new(TimeSpan.FromSeconds(100), ScriptedSupervisor.Noon.AddSeconds(90)),
            ReadConfiguration = () => new(null, []),
            Events = new(),
            Ping = () => Task.CompletedTask,
            Limits = limits?.Invoke(new()) ?? new(),
        };
        _server = new(control, WebListener.Listen(http), TokenFile.Read(control.Daemon));
        Client = new() { BaseAddress = new(_server.Listener.Url) };
    }

    public ScriptedSupervisor Engine { get; } = new();

    public HttpClient Client { get; }

    public IPEndPoint Address => _server.Listener.Address;

    public static async Task<RunningWeb> StartAsync(Func<HttpSpec, HttpSpec>? change = null, Func<ControlLimits, ControlLimits>? limits = null)
    {
        var web = new RunningWeb(change, limits);
        await web._server.StartAsync(TestContext.Current.CancellationToken);
        return web;
    }

    /// <summary>Sends a request with headers (name, value, ...); with <c>Authorization</c> as given, the right one by default.</summary>
    public async Task<(HttpResponseMessage Answer, string Body)> AskAsync(
        string path, HttpMethod? method = null, string? body = null, string? authorization = "Bearer " + Token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (authorization is not null)
        {
            Assert.True(request.Headers.TryAddWithoutValidation("Authorization", authorization));
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        request.Content = body is null ? null : new StringContent(body);
        var answer = await Client.SendAsync(request);
        return (answer, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
