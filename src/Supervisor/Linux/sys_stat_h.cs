using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sys/stat.h: what a file is. statx, because its layout is the same on every machine.</summary>
public static unsafe partial class sys_stat_h
{
#pragma warning disable CS1591 // the names are C's
    public const int S_IFMT = 0xF000;
    public const int S_IFREG = 0x8000;
    public const int S_IFDIR = 0x4000;
    public const uint STATX_BASIC_STATS = 0x7ff;
    public const uint STATX_BTIME = 0x800;
#pragma warning restore CS1591

    /// <summary>The head of struct statx, padded to its 256 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct statx_t
    {
        /// <summary>Which members are set.</summary>
        [FieldOffset(0)]
        public uint stx_mask;

        /// <summary>Names that it has; 0: it was removed.</summary>
        [FieldOffset(16)]
        public uint stx_nlink;

        /// <summary>Type and mode.</summary>
        [FieldOffset(28)]
        public ushort stx_mode;

        /// <summary>Inode.</summary>
        [FieldOffset(32)]
        public ulong stx_ino;

        /// <summary>Size in bytes.</summary>
        [FieldOffset(40)]
        public ulong stx_size;

        /// <summary>Last change of content or of anything said here: seconds since 1970.</summary>
        [FieldOffset(96)]
        public long stx_ctime_sec;

        /// <summary>Nanoseconds of it.</summary>
        [FieldOffset(104)]
        public uint stx_ctime_nsec;

        /// <summary>Device number, major part.</summary>
        [FieldOffset(136)]
        public uint stx_dev_major;

        /// <summary>Device number, minor part.</summary>
        [FieldOffset(140)]
        public uint stx_dev_minor;

        /// <summary>When it was made; only with STATX_BTIME in the mask.</summary>
        [FieldOffset(80)]
        public statx_timestamp stx_btime;

        /// <summary>When it was last written to.</summary>
        [FieldOffset(112)]
        public statx_timestamp stx_mtime;
    }

    /// <summary>A time since 1970: seconds, and nanoseconds besides.</summary>
    public readonly struct statx_timestamp
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;
        private readonly int _reserved;

        /// <summary>In milliseconds.</summary>
        public long Milliseconds => (_seconds * 1000) + (_nanoseconds / 1_000_000);
    }

    /// <summary>Describes a file; with AT_EMPTY_PATH and "" the one behind <paramref name="dirfd"/>. Errors: EACCES, EBADF, ENOENT... Source: statx(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statx(int dirfd, string path, int flags, uint mask, statx_t* buf);

    /// <summary>Makes a directory. Errors: EACCES, EEXIST, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS. Source: mkdir(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkdir(string path, uint mode);
}
