using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>poll.h: waiting for descriptors.</summary>
public static unsafe partial class poll_h
{
    /// <summary>There is something to read; of a pidfd: the process has ended.</summary>
    public const short POLLIN = 1;

    /// <summary>The other side is gone; of a terminal: it was closed. Told whether it is asked for or not.</summary>
    public const short POLLHUP = 0x10;

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct pollfd
    {
        /// <summary>Descriptor.</summary>
        public int fd;

        /// <summary>What is waited for.</summary>
        public short events;

        /// <summary>What has come.</summary>
        public short revents;
    }

    /// <summary>Waits for <paramref name="timeout"/> milliseconds; how many descriptors have something. Errors: EFAULT, EINTR, EINVAL, ENOMEM. Source: poll(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(pollfd* fds, nuint nfds, int timeout);
}
