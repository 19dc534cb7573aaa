using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting.Systemd;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Systemd;

/// <summary>
/// Tells the service manager how we are: datagrams to the socket that NOTIFY_SOCKET names (sd_notify(3)). That variable is the one honest sign
/// of a manager that listens; who the parent is says nothing (a shell in between, a hidden /proc). The host's own messages (READY, STOPPING) come
/// through here too, so there is one sender.
/// </summary>
public sealed class ServiceNotifier : ISystemdNotifier, IDescriptorStore, IDisposable
{
    private const int IsStarting = 0;
    private const int IsReady = 1;
    private const int IsStopping = 2;

    // A status longer than this would be cut by nobody and read by nobody.
    private const int LongestMessage = 4096;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly Socket? _socket;
    private long _lost;
    private int _phase;

    private ServiceNotifier(Socket? socket) => _socket = socket;

    /// <summary>Whether somebody listens.</summary>
    public bool IsEnabled => _socket is not null;

    /// <summary>Messages that could not be sent: the manager's queue was full, or it has gone.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>
    /// A notifier for the address in NOTIFY_SOCKET: a path, or <c>@name</c> in the abstract namespace. Null, empty, or an address that nobody
    /// listens at gives one that says nothing; <paramref name="problem"/> then says why, when there is something to say.
    /// </summary>
    public static ServiceNotifier Open(string? address, out string? problem)
    {
        problem = null;
        if (string.IsNullOrEmpty(address))
        {
            return new(null);
        }

        if (address[0] is not ('/' or '@'))
        {
            problem = $"NOTIFY_SOCKET is '{address}', neither a path nor an abstract name (@...): the service manager is told nothing";
            return new(null);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
            return new(socket);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            problem = $"NOTIFY_SOCKET {address}: {e.Message}: the service manager is told nothing";
            return new(null);
        }
    }

    /// <summary>Ready: sent by the host's lifetime once the control socket answers and every automatic job was told to start.</summary>
    public void Ready()
    {
        if (Interlocked.CompareExchange(ref _phase, IsReady, IsStarting) == IsStarting)
        {
            Send("READY=1");
        }
    }

    /// <summary>Stopping: said once, and the last word; a manager may take it as one that cannot be taken back.</summary>
    public void Stopping()
    {
        if (Interlocked.Exchange(ref _phase, IsStopping) != IsStopping)
        {
            Send("STOPPING=1");
        }
    }

    /// <summary>
    /// A reload begins. The manager of a Type=notify-reload service waits for this after its SIGHUP, and believes it only with a time later than that
    /// signal. False, and nothing said, when we are not ready yet or stop: the READY of the reload's end would be taken for another one.
    /// </summary>
    /// <param name="now">CLOCK_MONOTONIC: the timestamp of the system's time provider, in ns.</param>
    public bool Reloading(long now)
    {
        if (Volatile.Read(ref _phase) != IsReady)
        {
            return false;
        }

        Send($"RELOADING=1\nMONOTONIC_USEC={now / 1000}");
        return true;
    }

    /// <summary>The reload is over, however it went: what the configuration's problems are is not the manager's affair.</summary>
    public void Reloaded()
    {
        if (Volatile.Read(ref _phase) == IsReady)
        {
            Send("READY=1");
        }
    }

    /// <summary>
    /// Stores a copy of a descriptor with the manager. FDPOLL=0: a pipe whose writers are gone keeps its unread tail, instead of being closed.
    /// </summary>
    public void Store(string name, int descriptor) => Send($"FDSTORE=1\nFDPOLL=0\nFDNAME={name}", descriptor: descriptor);

    /// <summary>Has the manager close what is stored under a name.</summary>
    public void Remove(string name) => Send($"FDSTOREREMOVE=1\nFDNAME={name}");

    /// <summary>Whether a manager says that it stores descriptors for us: FDSTORE is how many (systemd 254; the unit says it for older ones).</summary>
    public static bool Stores(string? fdStore) =>
        int.TryParse(fdStore, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var most) && most > 0;

    /// <summary>The engine turned.</summary>
    public void Watchdog() => Send("WATCHDOG=1");

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public void Status(string line) => Send("STATUS=" + line.ReplaceLineEndings(" "), mayBeDropped: true);

    /// <summary>Asks for more time than the unit gives to a start or a stop, counted from now.</summary>
    public void ExtendTimeout(TimeSpan by) => Send($"EXTEND_TIMEOUT_USEC={(long)by.TotalMicroseconds}");

    /// <inheritdoc/>
    public void Notify(ServiceState state)
    {
        switch (state.ToString())
        {
            case "READY=1":
                Ready();
                break;
            case "STOPPING=1":
                Stopping();
                break;
            case var other:
                Send(other);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private void Send(string message, bool mayBeDropped = false, int? descriptor = null)
    {
        if (_socket is null)
        {
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(message.Length > LongestMessage ? message[..LongestMessage] : message);
        try
        {
            while (!TrySend(bytes, descriptor))
            {
                // A manager's queue may hold as few as ten messages: the next status replaces this one, but a READY that is lost is waited for.
                if (mayBeDropped || !_socket.Poll(_patience, SelectMode.SelectWrite))
                {
                    Interlocked.Increment(ref _lost);
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A manager that is gone reads nothing.
            Interlocked.Increment(ref _lost);
        }
    }

    private bool TrySend(byte[] bytes, int? descriptor)
    {
        try
        {
            return descriptor is { } fd ? TrySendWith(bytes, fd) : _socket!.Send(bytes) >= 0;
        }
        catch (SocketException full) when (full.SocketErrorCode is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
        {
            return false;
        }
    }

    private bool TrySendWith(byte[] bytes, int descriptor)
    {
        if (sys_socket_h.SendWithDescriptor((int)_socket!.SafeHandle.DangerousGetHandle(), bytes, descriptor) >= 0)
        {
            return true;
        }

        var errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        return errno is Errno.EAGAIN or ENOBUFS or ETOOMANYREFS ? false : throw new SocketException(errno);
    }

    private const int ENOBUFS = 105;
    private const int ETOOMANYREFS = 109;
}
