using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Supervisor.Control;

/// <summary>Who is at the other end of a connection, as the kernel saw it when it connected (nothing that a client can claim).</summary>
/// <param name="Uid">Effective user.</param>
/// <param name="Groups">Effective group and supplementary groups.</param>
internal sealed record Peer(uint Uid, uint[] Groups)
{
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;
    private const int SO_PEERGROUPS = 59;

    // What nearly everybody has less of. NGROUPS_MAX of limits.h: the kernel never answers more; that many for each connection would be a quarter of a
    // megabyte, and the collection of everything that the allocation of such a piece brings about.
    private const int UsualGroups = 64;
    private const int MostGroups = 65536;

    /// <summary>Asks the kernel: SO_PEERCRED and SO_PEERGROUPS of unix(7) and socket(7).</summary>
    public static Peer Of(Socket socket)
    {
        Span<uint> credentials = stackalloc uint[3]; // struct ucred: pid, uid, gid
        socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, MemoryMarshal.AsBytes(credentials));
        return new(credentials[1], [credentials[2], .. GroupsOf(socket)]);
    }

    private static uint[] GroupsOf(Socket socket)
    {
        Span<uint> usual = stackalloc uint[UsualGroups];
        try
        {
            return Read(socket, usual).ToArray();
        }
        catch (SocketException)
        {
            // More than fit in (ERANGE, which .NET has no word for), or something that the next call says as well.
            return Read(socket, new uint[MostGroups]).ToArray();
        }
    }

    private static Span<uint> Read(Socket socket, Span<uint> groups) =>
        groups[..(socket.GetRawSocketOption(SOL_SOCKET, SO_PEERGROUPS, MemoryMarshal.AsBytes(groups)) / sizeof(uint))];
}
