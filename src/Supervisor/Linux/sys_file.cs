using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sys/file.h: whole-file locks.</summary>
public static partial class FileLock
{
#pragma warning disable CS1591 // the names are C's
    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;
#pragma warning restore CS1591

    /// <summary>
    /// Locks the open file description behind <paramref name="fd"/>; the lock goes with its last descriptor. Errors: EAGAIN (LOCK_NB and held
    /// by another), EBADF, EINTR, ENOLCK. Source: flock(2).
    /// </summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int flock(int fd, int operation);
}
