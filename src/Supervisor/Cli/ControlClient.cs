using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Supervisor.Cli.Http;
using Supervisor.Control.Messages;

namespace Supervisor.Cli;

/// <summary>
/// Talks to the daemon at the first of the sockets <paramref name="places"/> at which one answers. Everything that goes wrong becomes a
/// <see cref="CommandFailure"/> with its exit code.
/// </summary>
internal sealed class ControlClient(IReadOnlyList<string> places)
{
    // The first that has answered is the daemon from then on.
    private volatile string? _answers;
    private volatile bool _hasOrdered;

    /// <summary>Whether an operation has reached the daemon, which goes on with it whatever becomes of us.</summary>
    public bool HasOrdered => _hasOrdered;

    /// <summary>Asks for an object, and gives its JSON too.</summary>
    public async Task<(T Value, ReadOnlyMemory<byte> Json)> GetAsync<T>(string resource, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var answer = await SendAsync("GET", resource, [], cancellation, () => JsonSerializer.Deserialize("null"u8, type)).ConfigureAwait(false);
        return Whole(answer, type);
    }

    /// <summary>Asks for an operation.</summary>
    public Task<(OperationAnswer Value, ReadOnlyMemory<byte> Json)> PostAsync(string name, OperationRequest body, CancellationToken cancellation) =>
        PostAsync(name, body, ControlJson.Default.OperationAnswer, cancellation);

    /// <summary>Asks for something that has an answer of its own.</summary>
    public async Task<(T Value, ReadOnlyMemory<byte> Json)> PostAsync<T>(string name, OperationRequest body, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, RequestJson.Default.OperationRequest);
        var answer = await SendAsync("POST", "/v1/" + name, bytes, cancellation).ConfigureAwait(false);
        return Whole(answer, type);
    }

    /// <summary>Asks for something to be done that has no body.</summary>
    public async Task<(T Value, ReadOnlyMemory<byte> Json)> PostAsync<T>(string resource, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var answer = await SendAsync("POST", resource, [], cancellation).ConfigureAwait(false);
        return Whole(answer, type);
    }

    /// <summary>Opens a stream of lines.</summary>
    public async Task<Stream> StreamAsync(string resource, CancellationToken cancellation) =>
        await SendAsync("GET", resource, [], cancellation).ConfigureAwait(false);

    private (T Value, ReadOnlyMemory<byte> Json) Whole<T>(HttpAnswer answer, JsonTypeInfo<T> type)
    {
        using (answer)
        {
            try
            {
                var json = answer.ReadAll();
                return (JsonSerializer.Deserialize(json.Span, type)!, json);
            }
            catch (ConnectionBrokenException broken)
            {
                throw BrokenOff(broken.Message);
            }
            catch (JsonException other)
            {
                throw new CommandFailure(ExitCodes.Failed, $"what answers at {_answers} is not the supervisor, or one of another version ({other.Message})");
            }
        }
    }

    // While the daemon writes its answer there is time to get ready to read it.
    private async Task<HttpAnswer> SendAsync(string method, string resource, byte[] body, CancellationToken cancellation, Action? meanwhile = null)
    {
        var connection = await ConnectAsync(cancellation).ConfigureAwait(false);
        try
        {
            connection.Send(method, resource, body);
            _hasOrdered |= method == "POST";
            meanwhile?.Invoke();
            var answer = HttpAnswer.Read(connection, cancellation);
            return answer.Status is >= 200 and < 300 ? answer : throw Failure(answer);
        }
        catch (Exception failed) when (failed is SocketException or ConnectionBrokenException)
        {
            connection.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw BrokenOff(failed.Message);
        }
    }

    private async Task<ControlConnection> ConnectAsync(CancellationToken cancellation)
    {
        var failures = new List<(string Path, SocketException? Failure)>();
        foreach (var path in _answers is { } known ? [known] : places)
        {
            if (EndPoint(path) is not { } place)
            {
                failures.Add((path, null));
                continue;
            }

            var connection = new ControlConnection();
            try
            {
                await connection.ConnectAsync(place, cancellation).ConfigureAwait(false);
                _answers = path;
                return connection;
            }
            catch (SocketException failed)
            {
                connection.Dispose();
                failures.Add((path, failed));
            }
        }

        throw NotConnected(failures);
    }

    private CommandFailure BrokenOff(string how) => new(
        ExitCodes.Failed, $"the supervisor at {_answers} broke the connection off ({how}); it may have ended or have too many clients")
    { MayPass = true };

    private static CommandFailure Failure(HttpAnswer answer)
    {
        using (answer)
        {
            ProblemMessage? problem = null;
            try
            {
                problem = JsonSerializer.Deserialize(answer.ReadAll().Span, ProblemJson.Default.ProblemMessage);
            }
            catch (JsonException)
            {
                // Not from us, or too early for words: the status is all there is.
            }

            var places = problem?.Problems ?? [];
            var lines = places.Select(p => $"{p.File}:{p.Line}:{p.Column}: {p.Message}")
                .Append(problem?.Detail ?? $"the supervisor answered {answer.Status}");
            return new(
                answer.Status switch
                {
                    403 => ExitCodes.NoPermission,
                    404 when problem?.Type == "urn:supervisor:no-such-job" => ExitCodes.NoSuchJob,
                    400 => ExitCodes.Usage,
                    _ => ExitCodes.Failed,
                },
                string.Join('\n', lines))
            {
                MayPass = answer.Status == 503,
                HasPlaces = places.Count > 0,
            };
        }
    }

    private static CommandFailure NotConnected(List<(string Path, SocketException? Failure)> tried)
    {
        if (tried.TrueForAll(one => one.Failure is null))
        {
            return new(ExitCodes.Usage, string.Join('\n', tried.Select(one => $"the socket's path is too long: {one.Path}")));
        }

        if (tried.Find(one => one.Failure?.SocketErrorCode is SocketError.AccessDenied).Path is { } path)
        {
            return new(ExitCodes.NoPermission, $"no permission to use the socket {path}: it belongs to the supervisor's user (and its control group)");
        }

        var places = string.Join(" nor at ", tried.Select(one => $"{one.Path} ({Reason(one.Failure)})"));
        return new(
            ExitCodes.NoDaemon,
            $"no supervisor answers at {places}\n"
            + "  `supervisor run -c FILE.yaml` starts one, `systemctl start supervisor-daemon` the system's; -s PATH or -c FILE names another");
    }

    private static string Reason(SocketException? failed) => failed?.SocketErrorCode switch
    {
        null => "the path is too long for a socket",
        SocketError.AddressNotAvailable => "there is no such socket",
        SocketError.ConnectionRefused => "the socket is there, but nobody listens",
        _ => failed!.Message,
    };

    // Null: longer than the 107 bytes that the kernel takes.
    private static UnixDomainSocketEndPoint? EndPoint(string path)
    {
        try
        {
            return new(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
