using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sys/socket.h, sys/epoll.h: what Sockets/ needs and Tmds.LibC binds awkwardly or not at all. Source: socket(2), bind(2), epoll(7).</summary>
public static unsafe partial class sys_socket_h
{
#pragma warning disable CS1591 // the names are C's
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_STREAM = 1;
    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int SO_TYPE = 3;
    public const int SO_ACCEPTCONN = 30;
    public const int SO_REUSEPORT = 15;
    public const int IPPROTO_IPV6 = 41;
    public const int IPV6_V6ONLY = 26;
    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const uint EPOLLIN = 1;
    public const uint EPOLLONESHOT = 1u << 30;
#pragma warning restore CS1591

    /// <summary>struct epoll_event: packed on x86-64 only.</summary>
    public static int SizeOfEpollEvent => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Where the data of an epoll_event stands.</summary>
    public static int OffsetOfEpollData => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    /// <summary>Makes a socket. Errors: EACCES, EAFNOSUPPORT, EMFILE, ENFILE, ENOMEM, EPROTONOSUPPORT.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    /// <summary>Gives it its address. Errors: EACCES, EADDRINUSE, EADDRNOTAVAIL, ENOENT, ENOTDIR, EROFS...</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(int sockfd, byte* addr, uint addrlen);

    /// <summary>Takes connections from here on. Errors: EADDRINUSE, EOPNOTSUPP.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int listen(int sockfd, int backlog);

    /// <summary>Connects. Errors: EAGAIN (a full queue), ECONNREFUSED, ENOENT, EPROTOTYPE...</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int sockfd, byte* addr, uint addrlen);

    /// <summary>Sets an option. Errors: EBADF, EINVAL, ENOPROTOOPT.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int sockfd, int level, int optname, int* optval, uint optlen);

    /// <summary>Reads an option; <paramref name="optlen"/> is room, then length. Errors: EBADF, EINVAL, ENOPROTOOPT, ENOTSOCK.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(int sockfd, int level, int optname, int* optval, uint* optlen);

    /// <summary>Mode of the inode; of a socket that is not bound yet: of its file to come. Source: fchmod(2), unix(7).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(int fd, uint mode);

    /// <summary>Mode of a file. Errors: EACCES, ENOENT, EPERM...</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int chmod(string path, uint mode);

    /// <summary>Owner and group of a file; -1: as it is. Errors: EPERM, ENOENT...</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int lchown(string path, uint owner, uint group);

    /// <summary>Makes an epoll instance. Errors: EMFILE, ENFILE, ENOMEM.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    /// <summary>Adds, changes or removes. Errors: EEXIST, ENOENT, ENOMEM, ENOSPC, EPERM.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int epfd, int op, int fd, byte* ev);

    /// <summary>What is ready; with timeout 0 without waiting. Errors: EBADF, EINTR.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epfd, byte* events, int maxevents, int timeout);
}
