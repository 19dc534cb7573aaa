using System.Net;
using System.Net.Sockets;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Readiness;

/// <summary>Connections to what is probed.</summary>
internal static class Connection
{
    private static readonly IPAddress[] _local = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>Connects to the first address of the target that accepts.</summary>
    /// <exception cref="SocketException">None does, or there is no such name.</exception>
    public static async Task<Socket> To(ProbeTarget target, CancellationToken limit)
    {
        var addresses = IPAddress.TryParse(target.Host, out var address) ? [address]
            : target.Host == "localhost" ? _local
            : await NameLookup.Of(target.Host).WaitAsync(limit).ConfigureAwait(false);
        for (var index = 0; ; index++)
        {
            try
            {
                return await To(new IPEndPoint(addresses[index], target.Port), new(addresses[index].AddressFamily, SocketType.Stream, ProtocolType.Tcp), limit).ConfigureAwait(false);
            }
            catch (SocketException) when (index + 1 < addresses.Length)
            {
                // The next one may be where it listens.
            }
        }
    }

    /// <summary>Connects to a Unix socket.</summary>
    /// <exception cref="SocketException">Nobody accepts there.</exception>
    public static Task<Socket> To(string path, CancellationToken limit) =>
        To(new UnixDomainSocketEndPoint(path), new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), limit);

    private static async Task<Socket> To(EndPoint end, Socket socket, CancellationToken limit)
    {
        try
        {
            if (DescriptorReserve.IsTouchedBy((int)socket.Handle, 1))
            {
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            }

            await socket.ConnectAsync(end, limit).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
