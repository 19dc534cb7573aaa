using System.Runtime.InteropServices;

namespace Supervisor.Linux;

// Messages that carry a descriptor.
public static unsafe partial class sys_socket_h
{
#pragma warning disable CS1591 // the names are C's
    public const int MSG_NOSIGNAL = 0x4000;
#pragma warning restore CS1591

    /// <summary>Sends a message. Errors: EAGAIN, EBADF, ECONNREFUSED, ECONNRESET, EMSGSIZE, ENOBUFS, ENOTCONN, EPIPE, ETOOMANYREFS. Source: sendmsg(2), unix(7).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int sockfd, msghdr* msg, int flags);

    /// <summary>The name that a socket is bound to; <paramref name="addrlen"/> is room, then length. Errors: EBADF, ENOBUFS, ENOTSOCK. Source: getsockname(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockname(int sockfd, byte* addr, uint* addrlen);

    /// <summary>Sends text and a copy of one descriptor.</summary>
    public static nint SendWithDescriptor(int socket, ReadOnlySpan<byte> text, int descriptor)
    {
        fixed (byte* bytes = text)
        {
            var control = new ControlMessageOfOne(descriptor);
            var vector = new iovec { iov_base = bytes, iov_len = (nuint)text.Length };
            var message = new msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = (byte*)&control, msg_controllen = (nuint)sizeof(ControlMessageOfOne) };
            return sendmsg(socket, &message, MSG_NOSIGNAL);
        }
    }
}
