using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Supervisor.Tests.Real;

namespace Supervisor.Tests.Support;

/// <summary>A headless Chromium of one test, driven over the DevTools protocol; its profile is a temporary directory.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/lib/chromium/chromium";
    private const string Listening = "DevTools listening on ";

    private readonly string _profile;
    private readonly ProgramRun _run;
    private readonly ClientWebSocket _socket;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _answers = new();
    private readonly ConcurrentDictionary<string, Action<string, JsonElement>> _sessions = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Task _receiving;
    private int _lastId;

    private Chromium(string profile, ProgramRun run, ClientWebSocket socket)
    {
        (_profile, _run, _socket) = (profile, run, socket);
        _receiving = ReceiveAsync();
    }

    /// <summary>Starts one and connects to it.</summary>
    public static async Task<Chromium> Start()
    {
        var profile = Directory.CreateTempSubdirectory("chromium-").FullName;
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-breakpad", "--disable-dev-shm-usage", "--no-proxy-server",
            "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank",
        ];
        var run = await ProgramRun.Start(Program, arguments, new Dictionary<string, string> { ["HOME"] = profile });
        await run.ErrorSays(Listening);
        var address = run.Error.Split('\n').First(line => line.StartsWith(Listening, StringComparison.Ordinal))[Listening.Length..];
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new(address.Trim()), CancellationToken.None).WaitAsync(ProgramRun.Limit);
        return new(profile, run, socket);
    }

    /// <summary>A new tab in a browser context of its own: nothing is shared with other tabs.</summary>
    public async Task<BrowserPage> NewPage(int width, int height, bool dark = false)
    {
        var context = (await Send(null, "Target.createBrowserContext", [])).GetProperty("browserContextId").GetString();
        var target = await Send(null, "Target.createTarget", new() { ["url"] = "about:blank", ["browserContextId"] = context });
        var attached = await Send(null, "Target.attachToTarget", new() { ["targetId"] = target.GetProperty("targetId").GetString(), ["flatten"] = true });
        var page = new BrowserPage(this, attached.GetProperty("sessionId").GetString()!);
        await page.Prepare(width, height, dark);
        return page;
    }

    /// <summary>Calls a method of the protocol, and waits for its answer.</summary>
    public async Task<JsonElement> Send(string? session, string method, JsonObject parameters)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _answers[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(ProgramRun.Limit);
    }

    /// <summary>Has the events of a session told.</summary>
    public void Listen(string session, Action<string, JsonElement> told) => _sessions[session] = told;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ = Send(null, "Browser.close", []).ContinueWith(closed => closed.Exception, TaskScheduler.Default);
        await _run.Ended();
        await _receiving;
        _run.Dispose();
        _socket.Dispose();
        _sending.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    break;
                }

                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    Dispatch(JsonDocument.Parse(message.ToArray()).RootElement);
                    message.SetLength(0);
                }
            }
        }
        catch (WebSocketException)
        {
            // It has gone: whoever still waits is told below.
        }

        foreach (var waiting in _answers.Values)
        {
            waiting.TrySetException(new InvalidOperationException("the browser has ended"));
        }
    }

    private void Dispatch(JsonElement message)
    {
        if (message.TryGetProperty("id", out var id) && _answers.TryRemove(id.GetInt32(), out var waiting))
        {
            _ = message.TryGetProperty("error", out var error)
                ? waiting.TrySetException(new InvalidOperationException(error.ToString()))
                : waiting.TrySetResult(message.GetProperty("result"));
        }
        else if (message.TryGetProperty("sessionId", out var session) && _sessions.TryGetValue(session.GetString()!, out var told))
        {
            told(message.GetProperty("method").GetString()!, message.GetProperty("params"));
        }
    }
}
