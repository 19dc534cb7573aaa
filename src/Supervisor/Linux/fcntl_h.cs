using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>fcntl.h and linux/openat2.h: opening files.</summary>
public static unsafe partial class fcntl_h
{
#pragma warning disable CS1591 // the names are C's
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_TRUNC = 0x200;
    public const int O_NOCTTY = 0x100;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;
    public static int O_DIRECTORY => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    public const int F_GETFD = 1;
    public const int F_SETFD = 2;
    public const int F_SETFL = 4;
    public const int F_DUPFD_CLOEXEC = 1030;
    public const int FD_CLOEXEC = 1;
    public const int AT_FDCWD = -100;
    public const int AT_EMPTY_PATH = 0x1000;
    public const int RESOLVE_IN_ROOT = 0x10;
#pragma warning restore CS1591

    /// <summary>struct open_how of linux/openat2.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct open_how
    {
        /// <summary>O_*.</summary>
        public ulong flags;

        /// <summary>Mode of a file that is created.</summary>
        public ulong mode;

        /// <summary>RESOLVE_*.</summary>
        public ulong resolve;
    }

    /// <summary>
    /// Opens <paramref name="path"/>. Errors: EACCES, EEXIST, EINTR, EISDIR, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENOENT, ENOTDIR, ENXIO, EROFS...
    /// Source: open(2).
    /// </summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, uint mode);

    /// <summary>
    /// Takes blocks for a range of a file and makes it as long: a store into the mapped range cannot meet a full disk afterwards. Returns the errno itself:
    /// EBADF, EFBIG, EINTR, EINVAL, EIO, ENODEV, ENOSPC, ESPIPE. Source: posix_fallocate(3).
    /// </summary>
    [LibraryImport("libc")]
    public static partial int posix_fallocate(int fd, long offset, long length);

    /// <summary>Operations on a descriptor. Errors: EBADF, EINVAL, EMFILE. Source: fcntl(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int fd, int cmd, int arg);

    /// <summary>openat(2) with RESOLVE_*: how a path is looked up inside a root. Errors as open, E2BIG, ENOSYS (before 5.6). Source: openat2(2).</summary>
    public static int openat2(int dirfd, byte* path, open_how* how) =>
        (int)unistd_h.syscall(SystemCallNumbers.SYS_openat2, dirfd, (nint)path, (nint)how, sizeof(open_how));
}
