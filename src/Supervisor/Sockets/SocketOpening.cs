using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;
using static Supervisor.Linux.sys_socket_h;

namespace Supervisor.Sockets;

/// <summary>Opens one socket: may block (a path on a slow disk, a user of the network), so never on the engine thread.</summary>
internal static unsafe class SocketOpening
{
    /// <summary>The listening descriptor (CLOEXEC, blocking).</summary>
    /// <exception cref="SocketRefusedException">It cannot be opened.</exception>
    public static int Open(SocketSpec socket)
    {
        var owner = socket.HasFile ? SocketOwner.Of(socket) : default;
        if (socket.HasFile)
        {
            MakeWay(socket);
        }

        var descriptor = Bound(socket);
        try
        {
            if (socket.HasFile)
            {
                Hand(socket, owner);
            }

            if (socket.Kind is not SocketKind.Datagram)
            {
                Checked(listen(descriptor, socket.Backlog), socket, "listen");
            }

            return descriptor;
        }
        catch
        {
            _ = unistd_h.close(descriptor);
            Remove(socket);
            throw;
        }
    }

    /// <summary>Removes the file of a socket that we have opened.</summary>
    public static void Remove(SocketSpec socket)
    {
        if (socket.HasFile)
        {
            try
            {
                File.Delete(socket.Path!);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // The next one who wants the path finds that nobody answers there, and removes it.
            }
        }
    }

    private static int Bound(SocketSpec socket)
    {
        try
        {
            return Bound(socket, ipv4Only: false);
        }
        catch (SocketRefusedException refused) when (socket is { Path: null, Address: null, Ipv6Only: false } && refused.Failure.Errno is Errno.EAFNOSUPPORT or Errno.EADDRNOTAVAIL)
        {
            // "Every address" on a machine without IPv6.
            return Bound(socket, ipv4Only: true);
        }
    }

    private static int Bound(SocketSpec socket, bool ipv4Only)
    {
        var (family, address) = SocketAddress.Of(socket, ipv4Only);
        var descriptor = Checked(sys_socket_h.socket(family, (int)socket.Kind | SOCK_CLOEXEC, 0), socket, "socket");
        try
        {
            DescriptorReserve.Keep(descriptor, 1, "socket");
        }
        catch (ErrnoException)
        {
            throw SocketRefusedException.Of(Errno.EMFILE, socket, "the last descriptors are kept for the supervisor itself");
        }

        try
        {
            SetUp(descriptor, family, socket);
            fixed (byte* bytes = address)
            {
                Checked(bind(descriptor, bytes, (uint)address.Length), socket, null);
            }

            return descriptor;
        }
        catch
        {
            _ = unistd_h.close(descriptor);
            throw;
        }
    }

    private static void SetUp(int descriptor, int family, SocketSpec socket)
    {
        if (family is AF_UNIX)
        {
            // The mode of the inode is that of the file to come: at no moment is it open to others.
            Checked(fchmod(descriptor, 0), socket, "fchmod");
            return;
        }

        // Of datagrams two could otherwise be bound to one port by mistake.
        if (socket.Kind is SocketKind.Stream)
        {
            Option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1, socket);
        }

        if (socket.ReusePort)
        {
            Option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1, socket);
        }

        if (family is AF_INET6)
        {
            Option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, socket.Ipv6Only ? 1 : 0, socket);
        }
    }

    private static void Option(int descriptor, int level, int name, int value, SocketSpec socket) =>
        Checked(setsockopt(descriptor, level, name, &value, sizeof(int)), socket, "setsockopt");

    private static void Hand(SocketSpec socket, (uint User, uint Group) owner)
    {
        if (owner != (uint.MaxValue, uint.MaxValue))
        {
            Checked(lchown(socket.Path!, owner.User, owner.Group), socket, "changing its owner");
        }

        Checked(chmod(socket.Path!, (uint)socket.Mode), socket, "chmod");
    }

    // A file that a dead supervisor has left is removed; one that somebody answers at is not, nor one that is no socket.
    private static void MakeWay(SocketSpec socket)
    {
        var path = socket.Path!;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw SocketRefusedException.Because(socket, $"its directory {Path.GetDirectoryName(path)} cannot be made: {FailureText.Of(refused, path)}");
        }

        var probe = Checked(sys_socket_h.socket(AF_UNIX, (int)socket.Kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), socket, "socket");
        var (_, address) = SocketAddress.Of(socket, false);
        int errno;
        fixed (byte* bytes = address)
        {
            errno = connect(probe, bytes, (uint)address.Length) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }

        _ = unistd_h.close(probe);
        if (errno is not Errno.ECONNREFUSED)
        {
            // Nothing there, or somebody answers: bind(2) says it.
            return;
        }

        if (!IsSocket(path))
        {
            throw SocketRefusedException.Because(socket, "there is a file of that name that is not a socket");
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw SocketRefusedException.Because(socket, $"what a dead process has left there cannot be removed: {FailureText.Of(refused)}");
        }
    }

    private static bool IsSocket(string path)
    {
        sys_stat_h.statx_t status;
        return sys_stat_h.statx(fcntl_h.AT_FDCWD, path, 0x100 /* AT_SYMLINK_NOFOLLOW */, sys_stat_h.STATX_BASIC_STATS, &status) == 0
            && (status.stx_mode & sys_stat_h.S_IFMT) == 0xC000 /* S_IFSOCK */;
    }

    private static int Checked(int result, SocketSpec socket, string? call) =>
        result >= 0 ? result : throw SocketRefusedException.Of(Marshal.GetLastPInvokeError(), socket, call);
}
