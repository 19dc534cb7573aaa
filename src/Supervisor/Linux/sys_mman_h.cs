using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sys/mman.h: mappings.</summary>
public static unsafe partial class sys_mman_h
{
#pragma warning disable CS1591 // the names are C's
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const int MAP_ANONYMOUS = 0x20;
#pragma warning restore CS1591

    /// <summary>Maps memory; -1 on failure. Errors: EACCES, EAGAIN, EINVAL, ENOMEM. Source: mmap(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint mmap(nint addr, nuint length, int prot, int flags, int fd, long offset);

    /// <summary>Unmaps it. Errors: EINVAL. Source: munmap(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int munmap(nint addr, nuint length);
}
