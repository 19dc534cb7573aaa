using Supervisor.Linux;

namespace Supervisor.Readiness;

/// <summary>One datagram with what came beside it. A ref struct over a caller's buffers: taking one allocates nothing.</summary>
internal unsafe ref struct ReceivedMessage
{
    /// <summary>Room for 253 descriptors (SCM_MAX_FD), credentials and a pidfd.</summary>
    public const int ControlRoom = 1280;

    private Span<int> _descriptors;

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Who sent it, as the kernel says; 0: it does not.</summary>
    public int Pid { get; private set; }

    /// <summary>A pidfd of him; -1: this kernel gives none.</summary>
    public int Pidfd { get; private set; }

    /// <summary>Whether it was longer than the buffer.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether descriptors that were sent with it have not arrived.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Descriptors that came with it and are to be kept or closed by whoever has it.</summary>
    public readonly ReadOnlySpan<int> Descriptors => _descriptors;

    /// <summary>Takes the next one; false: there is none now.</summary>
    public static bool TryTake(int socket, Span<byte> text, Span<byte> control, Span<int> descriptors, out ReceivedMessage message)
    {
        message = new() { Pidfd = -1 };
        fixed (byte* into = text, beside = control)
        {
            var buffer = new sys_socket_h.iovec { iov_base = into, iov_len = (nuint)text.Length };
            var header = new sys_socket_h.msghdr { msg_iov = &buffer, msg_iovlen = 1, msg_control = beside, msg_controllen = (nuint)control.Length };
            nint length;
            do
            {
                length = sys_socket_h.recvmsg(socket, &header, sys_socket_h.MSG_DONTWAIT | sys_socket_h.MSG_CMSG_CLOEXEC);
            }
            while (length < 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == Errno.EINTR);

            if (length < 0)
            {
                return false;
            }

            message.Text = text[..(int)length];
            message.IsCut = (header.msg_flags & sys_socket_h.MSG_TRUNC) != 0;
            message.HasLost = (header.msg_flags & sys_socket_h.MSG_CTRUNC) != 0;
            message.ReadControl(control[..(int)header.msg_controllen], descriptors);
            return true;
        }
    }

    private void ReadControl(ReadOnlySpan<byte> control, Span<int> descriptors)
    {
        var count = 0;
        while (control.Length >= sizeof(sys_socket_h.cmsghdr))
        {
            var header = System.Runtime.InteropServices.MemoryMarshal.Read<sys_socket_h.cmsghdr>(control);
            var length = (int)Math.Min(header.cmsg_len, (nuint)control.Length);
            if (length < sizeof(sys_socket_h.cmsghdr))
            {
                break;
            }

            var data = control[sizeof(sys_socket_h.cmsghdr)..length];
            switch (header.cmsg_type)
            {
                case sys_socket_h.SCM_CREDENTIALS:
                    Pid = System.Runtime.InteropServices.MemoryMarshal.Read<sys_socket_h.ucred>(data).pid;
                    break;
                case sys_socket_h.SCM_PIDFD:
                    Pidfd = System.Runtime.InteropServices.MemoryMarshal.Read<int>(data);
                    break;
                case sys_socket_h.SCM_RIGHTS:
                    var sent = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(data);
                    sent.CopyTo(descriptors[count..]);
                    count += sent.Length;
                    break;
            }

            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        _descriptors = descriptors[..count];
    }
}
