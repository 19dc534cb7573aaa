using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Web;

/// <summary>The TCP socket of the dashboard, bound and listened on by us: Kestrel only gets the descriptor.</summary>
/// <param name="Address">Where it listens, with the port that the kernel picked for port 0.</param>
/// <param name="Descriptor">The listening descriptor (CLOEXEC); whoever is given it closes it.</param>
public sealed record WebListener(IPEndPoint Address, int Descriptor)
{
    private const int Backlog = 128;
    private const string HolderName = "web/listener";

    /// <summary>Goes on with the socket of the image before this one, or listens anew; it is kept for the image after this one.</summary>
    /// <exception cref="WebException">It cannot; says why.</exception>
    public static WebListener Open(HttpSpec spec, IDescriptorHolder holder)
    {
        var listener = holder.Take(HolderName) is { } left ? Left(left) : Listen(spec);
        holder.Hold(HolderName, listener.Descriptor);
        return listener;
    }

    /// <summary>The same with a copy of the descriptor, for a server, which closes it.</summary>
    /// <exception cref="ErrnoException">No descriptors left.</exception>
    public WebListener Share()
    {
        var copy = fcntl_h.fcntl(Descriptor, fcntl_h.F_DUPFD_CLOEXEC, 0);
        return copy >= 0 ? this with { Descriptor = copy } : throw new ErrnoException("fcntl", Marshal.GetLastPInvokeError(), "F_DUPFD_CLOEXEC");
    }

    private static WebListener Left(int descriptor)
    {
        using var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
        return new((IPEndPoint)socket.LocalEndPoint!, descriptor);
    }

    /// <summary>Whether only this machine can connect.</summary>
    public bool IsLocal => IPAddress.IsLoopback(Address.Address);

    /// <summary>What people type into a browser on this machine.</summary>
    public string Url
    {
        get
        {
            var (any, anyOfSix) = (Address.Address.Equals(IPAddress.Any), Address.Address.Equals(IPAddress.IPv6Any));
            var reachable = any ? IPAddress.Loopback : anyOfSix ? IPAddress.IPv6Loopback : Address.Address;
            return $"http://{new IPEndPoint(reachable, Address.Port)}/";
        }
    }

    /// <summary>Binds and listens.</summary>
    /// <exception cref="WebException">It cannot; says why.</exception>
    public static WebListener Listen(HttpSpec spec)
    {
        try
        {
            var socket = new Socket(spec.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(spec.Listen);
                socket.Listen(Backlog);
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            var listener = new WebListener((IPEndPoint)socket.LocalEndPoint!, (int)socket.SafeHandle.DangerousGetHandle());
            // From here on the descriptor belongs to whoever serves it.
            socket.SafeHandle.SetHandleAsInvalid();
            return listener;
        }
        catch (SocketException failure)
        {
            throw new WebException($"cannot listen on {spec.Listen} for the dashboard: {failure.Message}; set another supervisor.http.listen, or remove supervisor.http");
        }
    }
}
