using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Supervisor.Configuration;
using Supervisor.Control;
using Supervisor.Control.Events;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>The real server on a real Unix socket in a directory of its own, with a scripted engine behind it.</summary>
internal sealed class RunningControl : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("control-").FullName;
    private readonly ControlSocket _socket;
    private readonly ControlServer _server;

    private RunningControl(Func<DaemonSpec, DaemonSpec>? change, Func<ControlLimits, ControlLimits>? limits, int keptEvents)
    {
        Events = new(keptEvents) { Boot = "b00t" };
        var spec = ScriptedSupervisor.Daemon(Path.Combine(_directory, "control.sock"));
        spec = change?.Invoke(spec) ?? spec;
        _socket = ControlSocket.Listen(spec);
        _server = new(
            new()
            {
                Supervisor = Engine,
                Logs = Engine,
                Daemon = spec,
                Now = () => new(TimeSpan.FromSeconds(100), ScriptedSupervisor.Noon.AddSeconds(90)),
                ReadConfiguration = () => Configuration,
                Events = Events,
                Limits = limits?.Invoke(new()) ?? new(),
                Metrics = context => context.Response.WriteAsync("supervisor_jobs 2\n"),
                Applied = spec => Applied.Add(spec),
                Ping = () => Ping,
                Upgrader = Upgrader,
            },
            _socket.Share(),
            _socket.Group);
        Client = new(new SocketsHttpHandler { ConnectCallback = async (_, cancellation) => new NetworkStream(await ConnectAsync(cancellation), true) })
        {
            BaseAddress = new("http://supervisor"),
        };
    }

    public ScriptedSupervisor Engine { get; } = new();

    public EventRing Events { get; }

    public ScriptedUpgrader Upgrader { get; } = new();

    public List<SupervisorSpec> Applied { get; } = [];

    public IEnumerable<Endpoint> Endpoints => _server.Endpoints;

    public Task Ping { get; set; } = Task.CompletedTask;

    public HttpClient Client { get; }

    public string SocketPath => _socket.Path;

    public ConfigurationResult Configuration { get; set; } = new(null, [new(new("a.yaml", 12, 5), "unknown key 'comand'")]);

    public static async Task<RunningControl> StartAsync(
        Func<DaemonSpec, DaemonSpec>? change = null, Func<ControlLimits, ControlLimits>? limits = null, int keptEvents = 16)
    {
        var control = new RunningControl(change, limits, keptEvents);
        await control._server.StartAsync(TestContext.Current.CancellationToken);
        return control;
    }

    public async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket.Path), cancellation);
        return socket;
    }

    public async Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(string path) => await ReadAsync(await Client.GetAsync(path));

    public async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string body) =>
        await ReadAsync(await Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json")));

    /// <summary>Sends the head first and the body only when the server wants it: a refusal is read, not raced by a broken pipe.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Json)> PostWhenWantedAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.ExpectContinue = true;
        return await ReadAsync(await Client.SendAsync(request));
    }

    public Task StopAsync() => _server.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
        _socket.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json)> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
        }
    }
}
