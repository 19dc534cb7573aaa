using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>linux/pidfd.h: what a pidfd tells of its process.</summary>
public static unsafe partial class pidfd_h
{
    /// <summary>In the mask: the exit status is wanted, and in the answer: it is there. Only after the reap (Linux 6.15).</summary>
    public const ulong PIDFD_INFO_EXIT = 1 << 3;

    /// <summary>PIDFD_GET_INFO: _IOWR(0xFF, 11, struct pidfd_info) with the first version of the struct, 64 bytes.</summary>
    public const nuint PIDFD_GET_INFO = 0xC040_FF0B;

    /// <summary>struct pidfd_info, its first version.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct pidfd_info
    {
        /// <summary>What is asked for; in the answer: what is there.</summary>
        [FieldOffset(0)]
        public ulong mask;

        /// <summary>The status as wait(2) has it.</summary>
        [FieldOffset(60)]
        public int exit_code;
    }

    /// <summary>Asks a pidfd. Errors: EBADF, EINVAL, ENOTTY (the kernel does not know it), ESRCH (reaped, and the status was not asked for). Source: pidfd_open(2), linux/pidfd.h.</summary>
    [LibraryImport("libc", SetLastError = true, EntryPoint = "ioctl")]
    public static partial int ioctl_info(int fd, nuint request, pidfd_info* info);
}
