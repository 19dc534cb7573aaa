using System.Net.Sockets;
using System.Text;

namespace Supervisor.Tests.Real;

/// <summary>Plays the service manager: collects what the daemon sends to NOTIFY_SOCKET.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _messages = [];
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NotifySocket(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        // A daemon of another user may speak, too.
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        _ = Listen();
    }

    /// <summary>Its address.</summary>
    public string Path { get; }

    /// <summary>Everything received so far.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>Waits until a message that fits has come (or has come already).</summary>
    public async Task<string> Received(Func<string, bool> fits, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (_messages)
            {
                if (_messages.FirstOrDefault(fits) is { } message)
                {
                    return message;
                }

                next = _arrived.Task;
            }

            await next.WaitAsync(ProgramRun.Limit, cancellation);
        }
    }

    /// <summary>Waits until these have come, in this order (others may be in between).</summary>
    public async Task ReceivedInOrder(CancellationToken cancellation, params string[] starts)
    {
        while (true)
        {
            Task next;
            lock (_messages)
            {
                var found = 0;
                _messages.ForEach(message => found += found < starts.Length && message.StartsWith(starts[found], StringComparison.Ordinal) ? 1 : 0);
                if (found == starts.Length)
                {
                    return;
                }

                next = _arrived.Task;
            }

            await next.WaitAsync(ProgramRun.Limit, cancellation);
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task Listen()
    {
        var buffer = new byte[8192];
        try
        {
            while (true)
            {
                var message = Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer));
                lock (_messages)
                {
                    _messages.Add(message);
                    _arrived.SetResult();
                    _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }
}
