using System.Runtime.InteropServices;

namespace Supervisor.Linux;

// Messages, and what comes beside their bytes. Source: recvmsg(2), unix(7), cmsg(3).
public static unsafe partial class sys_socket_h
{
#pragma warning disable CS1591 // the names are C's
    public const int SOCK_DGRAM = 2;
    public const int SO_PASSCRED = 16;
    public const int SO_PASSPIDFD = 76;
    public const int SCM_RIGHTS = 1;
    public const int SCM_CREDENTIALS = 2;
    public const int SCM_PIDFD = 4;
    public const int MSG_CTRUNC = 0x8;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_CMSG_CLOEXEC = 0x40000000;
    public const int SunPathSize = 108;
#pragma warning restore CS1591

    /// <summary>struct sockaddr_un.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct sockaddr_un
    {
        /// <summary>AF_UNIX.</summary>
        public ushort sun_family;

        /// <summary>A path that ends in NUL, or NUL and an abstract name.</summary>
        public fixed byte sun_path[SunPathSize];
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct iovec
    {
        /// <summary>Start.</summary>
        public void* iov_base;

        /// <summary>Bytes.</summary>
        public nuint iov_len;
    }

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct msghdr
    {
        /// <summary>Address of the other side.</summary>
        public void* msg_name;

        /// <summary>Its size.</summary>
        public uint msg_namelen;

        /// <summary>Buffers.</summary>
        public iovec* msg_iov;

        /// <summary>How many.</summary>
        public nuint msg_iovlen;

        /// <summary>Room for control messages.</summary>
        public void* msg_control;

        /// <summary>Its size; on return what is used of it.</summary>
        public nuint msg_controllen;

        /// <summary>On return: MSG_TRUNC, MSG_CTRUNC.</summary>
        public int msg_flags;
    }

    /// <summary>struct cmsghdr of 64-bit Linux; the data follow it, and the next begins at a multiple of 8.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct cmsghdr
    {
        /// <summary>Bytes, header included.</summary>
        public nuint cmsg_len;

        /// <summary>SOL_SOCKET.</summary>
        public int cmsg_level;

        /// <summary>SCM_*.</summary>
        public int cmsg_type;
    }

    /// <summary>struct ucred.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ucred
    {
        /// <summary>Process.</summary>
        public int pid;

        /// <summary>User.</summary>
        public uint uid;

        /// <summary>Group.</summary>
        public uint gid;
    }

    /// <summary>Two connected sockets. Errors: EMFILE, ENFILE. Source: socketpair(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int socketpair(int domain, int type, int protocol, int* sv);

    /// <summary>Takes one message. Errors: EAGAIN, EINTR, ENOMEM. Source: recvmsg(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(int sockfd, msghdr* msg, int flags);
}
