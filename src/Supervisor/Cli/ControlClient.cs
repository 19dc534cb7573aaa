using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Supervisor.Control.Messages;

namespace Supervisor.Cli;

/// <summary>Talks to the daemon. Everything that goes wrong becomes a <see cref="CommandFailure"/> with its exit code.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _path;

    /// <summary>A client of the socket at <paramref name="path"/>; connects when it is first used.</summary>
    public ControlClient(string path)
    {
        _path = path;
        _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectCallback = ConnectAsync })
        {
            BaseAddress = new("http://supervisor"),
            // An operation takes as long as it takes: --timeout is the caller's.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Asks for an object, and gives its JSON text too.</summary>
    public async Task<(T Value, string Json)> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await ReadAsync(request, type, cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks for an operation.</summary>
    public async Task<(OperationAnswer Value, string Json)> PostAsync(string name, OperationRequest body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/" + name);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, RequestJson.Default.OperationRequest));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await ReadAsync(request, ControlJson.Default.OperationAnswer, cancellation).ConfigureAwait(false);
    }

    /// <summary>Opens a stream of lines.</summary>
    public async Task<Stream> StreamAsync(string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var answer = await SendAsync(request, cancellation).ConfigureAwait(false);
        return await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<(T Value, string Json)> ReadAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var answer = await SendAsync(request, cancellation).ConfigureAwait(false);
        var json = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        return (JsonSerializer.Deserialize(json, type)!, json);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException failed)
        {
            throw failed.InnerException is CommandFailure ours ? ours : new CommandFailure(
                ExitCodes.Failed, $"the supervisor at {_path} broke the connection off ({failed.InnerException?.Message ?? failed.Message}); it may have ended or have too many clients");
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw Failure(answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false));
        }
    }

    private static CommandFailure Failure(HttpStatusCode status, string body)
    {
        ProblemMessage? problem = null;
        try
        {
            problem = JsonSerializer.Deserialize(body, ProblemJson.Default.ProblemMessage);
        }
        catch (JsonException)
        {
            // Not from us, or too early for words: the status is all there is.
        }

        var lines = (problem?.Problems ?? []).Select(p => $"{p.File}:{p.Line}:{p.Column}: {p.Message}")
            .Append(problem?.Detail ?? $"the supervisor answered {(int)status}");
        return new(
            status switch
            {
                HttpStatusCode.Forbidden => ExitCodes.NoPermission,
                HttpStatusCode.NotFound when problem?.Type == "urn:supervisor:no-such-job" => ExitCodes.NoSuchJob,
                HttpStatusCode.BadRequest => ExitCodes.Usage,
                _ => ExitCodes.Failed,
            },
            string.Join('\n', lines));
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(EndPoint(), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failed)
        {
            socket.Dispose();
            throw failed.SocketErrorCode is SocketError.AccessDenied
                ? new CommandFailure(ExitCodes.NoPermission, $"no permission to use the socket {_path}: it belongs to the supervisor's user (and its control group)")
                : new CommandFailure(
                    ExitCodes.NoDaemon,
                    $"no supervisor answers at {_path} ({Reason(failed)})\n"
                    + "  `supervisor run -c FILE.yaml` starts one, `systemctl start supervisor-daemon` the system's; -s PATH or -c FILE names another");
        }
    }

    private static string Reason(SocketException failed) => failed.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable => "there is no such socket",
        SocketError.ConnectionRefused => "the socket is there, but nobody listens",
        _ => failed.Message,
    };

    private UnixDomainSocketEndPoint EndPoint()
    {
        try
        {
            return new(_path);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new CommandFailure(ExitCodes.Usage, $"the socket's path is too long: {_path}");
        }
    }
}
