using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>
/// sys/mman.h, linux/memfd.h and the seals of linux/fcntl.h. Values are the same on x86-64 and arm64.
/// Sources: madvise(2), memfd_create(2), fcntl(2) "File Sealing", mincore(2), msync(2).
/// </summary>
public static unsafe partial class sys_mman_h
{
    /// <summary>memfd_create: close on exec.</summary>
    public const uint MFD_CLOEXEC = 0x1;

    /// <summary>memfd_create: seals may be added; without it the file has F_SEAL_SEAL from the start.</summary>
    public const uint MFD_ALLOW_SEALING = 0x2;

    /// <summary>memfd_create: not executable, and sealed so (Linux 6.3; EINVAL before).</summary>
    public const uint MFD_NOEXEC_SEAL = 0x8;

    /// <summary>fcntl: adds seals. Errors: EPERM (F_SEAL_SEAL is set, or not open for writing), EBUSY (F_SEAL_WRITE with a writable mapping), EINVAL.</summary>
    public const int F_ADD_SEALS = 1033;

    /// <summary>fcntl: reads the seals. Errors: EINVAL (not a file that can be sealed).</summary>
    public const int F_GET_SEALS = 1034;

    /// <summary>mmap: pages may be read.</summary>
    public const int PROT_READ = 1;

    /// <summary>mmap: pages may be written.</summary>
    public const int PROT_WRITE = 2;

    /// <summary>mmap: writes are seen by everybody who maps the same.</summary>
    public const int MAP_SHARED = 1;

    /// <summary>mmap: pages may not be touched.</summary>
    public const int PROT_NONE = 0;

    /// <summary>mmap: writes are ours alone.</summary>
    public const int MAP_PRIVATE = 2;

    /// <summary>mmap: no file, zero-filled.</summary>
    public const int MAP_ANONYMOUS = 0x20;

    /// <summary>No further seals.</summary>
    public const int F_SEAL_SEAL = 0x1;

    /// <summary>The file cannot become shorter: an access inside it is never SIGBUS.</summary>
    public const int F_SEAL_SHRINK = 0x2;

    /// <summary>The file cannot become longer.</summary>
    public const int F_SEAL_GROW = 0x4;

    /// <summary>Nobody can write any more. EBUSY while a writable mapping exists.</summary>
    public const int F_SEAL_WRITE = 0x8;

    /// <summary>No new writable mappings and no write(2), while those that exist stay (Linux 5.1).</summary>
    public const int F_SEAL_FUTURE_WRITE = 0x10;

    /// <summary>msync: start writing back and return.</summary>
    public const int MS_ASYNC = 1;

    /// <summary>msync: write back and wait.</summary>
    public const int MS_SYNC = 4;

    /// <summary>madvise: the pages are not needed soon. Those of an unchanged file mapping come back from the page cache at the next touch.</summary>
    public const int MADV_DONTNEED = 4;

    /// <summary>
    /// Maps <paramref name="length"/> bytes; -1 on failure. Errors: EACCES, EAGAIN, EBADF, EINVAL,
    /// ENFILE, ENODEV, ENOMEM, EPERM. Source: mmap(2).
    /// </summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint mmap(nint addr, nuint length, int prot, int flags, int fd, long offset);

    /// <summary>Ends a mapping. Errors: EINVAL. Source: munmap(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int munmap(nint addr, nuint length);

    /// <summary>Changes what may be done with pages. Errors: EACCES, EINVAL, ENOMEM. Source: mprotect(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int mprotect(nint addr, nuint len, int prot);

    /// <summary>Advice about the use of pages. Errors: EACCES, EAGAIN, EBADF, EINVAL, EIO, ENOMEM, EPERM. Source: madvise(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int madvise(nint addr, nuint length, int advice);

    /// <summary>Writes back the pages of a file mapping; <paramref name="addr"/> is a multiple of the page. Errors: EBUSY, EINVAL, EIO, ENOMEM. Source: msync(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int msync(void* addr, nuint length, int flags);

    /// <summary>One byte per page into <paramref name="vec"/>, bit 0: in memory. Errors: EAGAIN, EFAULT, EINVAL, ENOMEM. Source: mincore(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int mincore(void* addr, nuint length, byte* vec);
}
