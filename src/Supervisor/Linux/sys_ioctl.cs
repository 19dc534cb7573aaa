using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sys/ioctl.h. Source: ioctl(2), ioctl_pipe(2).</summary>
public static unsafe partial class sys_ioctl
{
    /// <summary>Bytes that can be read now (int). asm-generic/ioctls.h.</summary>
    public const nuint FIONREAD = 0x541B;

    /// <summary>Size of a terminal (struct winsize). asm-generic/ioctls.h.</summary>
    public const nuint TIOCGWINSZ = 0x5413;

    /// <summary>Size of a terminal.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct winsize
    {
        /// <summary>Rows.</summary>
        public ushort ws_row;

        /// <summary>Columns.</summary>
        public ushort ws_col;

        /// <summary>Not used.</summary>
        public ushort ws_xpixel;

        /// <summary>Not used.</summary>
        public ushort ws_ypixel;
    }

    /// <summary>Asks a descriptor. Errors: EBADF, EFAULT, EINVAL, ENOTTY.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, int* value);
}
