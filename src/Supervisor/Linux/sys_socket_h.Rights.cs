using System.Runtime.InteropServices;

namespace Supervisor.Linux;

// Messages that carry descriptors; layouts of 64-bit Linux.
public static unsafe partial class sys_socket_h
{
#pragma warning disable CS1591 // the names are C's
    public const int SCM_RIGHTS = 1;
    public const int MSG_NOSIGNAL = 0x4000;

    [StructLayout(LayoutKind.Sequential)]
    public struct iovec
    {
        public void* iov_base;
        public nuint iov_len;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct msghdr
    {
        public void* msg_name;
        public uint msg_namelen;
        public iovec* msg_iov;
        public nuint msg_iovlen;
        public void* msg_control;
        public nuint msg_controllen;
        public int msg_flags;
    }

    /// <summary>A control message with one descriptor: CMSG_SPACE(sizeof(int)) bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 24)]
    public struct cmsg_of_one_fd
    {
        [FieldOffset(0)]
        public nuint cmsg_len;
        [FieldOffset(8)]
        public int cmsg_level;
        [FieldOffset(12)]
        public int cmsg_type;
        [FieldOffset(16)]
        public int fd;
    }
#pragma warning restore CS1591

    /// <summary>Sends a message. Errors: EAGAIN, EBADF, ECONNREFUSED, ECONNRESET, EMSGSIZE, ENOBUFS, ENOTCONN, EPIPE, ETOOMANYREFS. Source: sendmsg(2), unix(7).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int sockfd, msghdr* msg, int flags);

    /// <summary>Sends text and a copy of one descriptor.</summary>
    public static nint SendWithDescriptor(int socket, ReadOnlySpan<byte> text, int descriptor)
    {
        fixed (byte* bytes = text)
        {
            // CMSG_LEN(sizeof(int)): the header, and the descriptor without padding.
            var control = new cmsg_of_one_fd { cmsg_len = 20, cmsg_level = SOL_SOCKET, cmsg_type = SCM_RIGHTS, fd = descriptor };
            var vector = new iovec { iov_base = bytes, iov_len = (nuint)text.Length };
            var message = new msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = &control, msg_controllen = (nuint)sizeof(cmsg_of_one_fd) };
            return sendmsg(socket, &message, MSG_NOSIGNAL);
        }
    }
}
