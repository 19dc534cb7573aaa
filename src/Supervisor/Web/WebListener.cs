using System.Net;
using System.Net.Sockets;
using Supervisor.Specs;

namespace Supervisor.Web;

/// <summary>The TCP socket of the dashboard, bound and listened on by us: Kestrel only gets the descriptor.</summary>
/// <param name="Address">Where it listens, with the port that the kernel picked for port 0.</param>
/// <param name="Descriptor">The listening descriptor (CLOEXEC); whoever is given it closes it.</param>
public sealed record WebListener(IPEndPoint Address, int Descriptor)
{
    private const int Backlog = 128;

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
