using System.Net.Sockets;
using System.Text;

namespace Supervisor.Cli.Http;

/// <summary>
/// One request and its answer over the control socket, in plain blocking calls: HttpClient takes a pool of threads, an epoll thread and several
/// milliseconds to begin with (docs/adr), which is most of what a command costs. Reading waits on the pool only where somebody has to be able to do
/// something else meanwhile.
/// </summary>
internal sealed class ControlConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private CancellationTokenRegistration _cancelling;

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">It cannot.</exception>
    public async Task ConnectAsync(UnixDomainSocketEndPoint place, CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled)
        {
            // A full queue of connections blocks, and nothing but leaving it alone helps.
            await Task.Run(() => _socket.Connect(place), CancellationToken.None).WaitAsync(cancellation).ConfigureAwait(false);
            _cancelling = cancellation.Register(End);
        }
        else
        {
            _socket.Connect(place);
        }
    }

    /// <summary>Sends a request.</summary>
    public void Send(string method, string path, ReadOnlySpan<byte> body)
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: supervisor\r\nConnection: close\r\n"
            + (method == "POST" ? $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n" : "\r\n");
        byte[] request = [.. Encoding.ASCII.GetBytes(head), .. body];
        for (var sent = 0; sent < request.Length;)
        {
            sent += _socket.Send(request.AsSpan(sent));
        }
    }

    /// <summary>Reads what has come, or waits for it; 0 at the end.</summary>
    public int Receive(Span<byte> buffer) => _socket.Receive(buffer);

    /// <summary>Whether <see cref="Receive"/> would not wait.</summary>
    public bool HasMore => _socket.Poll(0, SelectMode.SelectRead);

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancelling.Dispose();
        _socket.Dispose();
    }

    // Whoever waits in Receive comes back with nothing.
    private void End()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // It has ended by itself meanwhile.
        }
    }
}
