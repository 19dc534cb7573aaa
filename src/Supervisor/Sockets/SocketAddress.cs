using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Supervisor.Specs;
using static Supervisor.Linux.sys_socket_h;

namespace Supervisor.Sockets;

/// <summary>The address of a socket as the kernel wants it (struct sockaddr_in, _in6, _un).</summary>
internal static class SocketAddress
{
    /// <summary>Family and bytes; <paramref name="ipv4Only"/>: every address of a machine without IPv6.</summary>
    public static (int Family, byte[] Bytes) Of(SocketSpec socket, bool ipv4Only)
    {
        if (socket.Path is { } path)
        {
            // A path ends with its NUL, an abstract name begins with one and has none behind it.
            return (AF_UNIX, [.. Family(AF_UNIX), .. path[0] == '@' ? Encoding.UTF8.GetBytes("\0" + path[1..]) : Encoding.UTF8.GetBytes(path + '\0')]);
        }

        var address = socket.Address ?? (ipv4Only ? IPAddress.Any : IPAddress.IPv6Any);
        Span<byte> port = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)(socket.Port ?? 0));
        if (address.AddressFamily is AddressFamily.InterNetwork)
        {
            return (AF_INET, [.. Family(AF_INET), .. port, .. address.GetAddressBytes(), .. new byte[8]]);
        }

        Span<byte> scope = stackalloc byte[4];
        BitConverter.TryWriteBytes(scope, (uint)address.ScopeId);
        return (AF_INET6, [.. Family(AF_INET6), .. port, .. new byte[4], .. address.GetAddressBytes(), .. scope]);
    }

    private static byte[] Family(int family) => BitConverter.GetBytes((ushort)family);
}
