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

    // NGROUPS_MAX of limits.h: the kernel never answers more.
    private const int MostGroups = 65536;

    /// <summary>Asks the kernel: SO_PEERCRED and SO_PEERGROUPS of unix(7) and socket(7).</summary>
    public static Peer Of(Socket socket)
    {
        Span<uint> credentials = stackalloc uint[3]; // struct ucred: pid, uid, gid
        socket.GetRawSocketOption(SOL_SOCKET, SO_PEERCRED, MemoryMarshal.AsBytes(credentials));
        var groups = new uint[MostGroups];
        var length = socket.GetRawSocketOption(SOL_SOCKET, SO_PEERGROUPS, MemoryMarshal.AsBytes(groups.AsSpan()));
        return new(credentials[1], [credentials[2], .. groups.AsSpan(0, length / sizeof(uint))]);
    }
}
