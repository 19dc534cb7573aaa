using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>termios.h: settings of terminals. Layout and values of asm-generic (x86-64 and arm64). Source: termios(3).</summary>
public static unsafe partial class termios_h
{
    /// <summary>Local flag: Ctrl-C and its like become signals.</summary>
    public const uint ISIG = 0x1;

    /// <summary>Local flag: input comes line by line.</summary>
    public const uint ICANON = 0x2;

    /// <summary>Local flag: what is typed is shown.</summary>
    public const uint ECHO = 0x8;

    /// <summary>tcsetattr: at once.</summary>
    public const int TCSANOW = 0;

    /// <summary>Settings of a terminal as glibc has them.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct termios
    {
        /// <summary>Input flags.</summary>
        public uint c_iflag;

        /// <summary>Output flags.</summary>
        public uint c_oflag;

        /// <summary>Control flags.</summary>
        public uint c_cflag;

        /// <summary>Local flags.</summary>
        public uint c_lflag;

        /// <summary>Line discipline.</summary>
        public byte c_line;

        /// <summary>Control characters.</summary>
        public fixed byte c_cc[32];

        /// <summary>Input speed.</summary>
        public uint c_ispeed;

        /// <summary>Output speed.</summary>
        public uint c_ospeed;
    }

    /// <summary>Reads the settings. Errors: EBADF, ENOTTY. Source: tcgetattr(3).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int tcgetattr(int fd, termios* settings);

    /// <summary>Changes them. Errors: EBADF, EINTR, EINVAL, ENOTTY. Source: tcsetattr(3).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int tcsetattr(int fd, int actions, termios* settings);
}
