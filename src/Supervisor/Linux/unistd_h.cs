using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>unistd.h: descriptors, identities, raw calls.</summary>
public static unsafe partial class unistd_h
{
    /// <summary>Closes <paramref name="fd"/>; the descriptor is gone even after EINTR. Errors: EBADF, EINTR, EIO. Source: close(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    /// <summary>Reads up to <paramref name="count"/> bytes; 0 at the end. Errors: EAGAIN, EBADF, EINTR, EIO, EISDIR. Source: read(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, void* buf, nuint count);

    /// <summary>Writes up to <paramref name="count"/> bytes. Errors: EAGAIN, EBADF, EINTR, EINVAL, EIO, ENOSPC, EPIPE, and what the file gives. Source: write(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, void* buf, nuint count);

    /// <summary>Removes an empty directory. Errors: EACCES, EBUSY, ENOENT, ENOTDIR, ENOTEMPTY, EPERM, EROFS. Source: rmdir(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rmdir(string path);

    /// <summary>Process group of a process. Errors: ESRCH. Source: getpgid(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getpgid(int pid);

    /// <summary>Writes a file (or the names in a directory) to the disk and waits. Errors: EBADF, EIO, EINVAL, ENOSPC, EDQUOT, EROFS. Source: fsync(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(int fd);

    /// <summary>Two ends of a pipe into pipefd[0] (read) and [1] (write). Errors: EMFILE, ENFILE, EINVAL. Source: pipe(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* pipefd, int flags);

    /// <summary>Makes <paramref name="newfd"/> a copy of <paramref name="oldfd"/>, closing what it was. Errors: EBADF, EBUSY, EINTR, EINVAL. Source: dup3(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int dup3(int oldfd, int newfd, int flags);

    /// <summary>Removes a name. Errors: EACCES, ENOENT, EISDIR, EPERM, EROFS... Source: unlink(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlink(string pathname);

    /// <summary>Our pid. Never fails. Source: getpid(2).</summary>
    [LibraryImport("libc")]
    public static partial int getpid();

    /// <summary>Effective user id. Never fails. Source: geteuid(2).</summary>
    [LibraryImport("libc")]
    public static partial uint geteuid();

    /// <summary>Effective group id. Never fails. Source: getegid(2).</summary>
    [LibraryImport("libc")]
    public static partial uint getegid();

    /// <summary>Supplementary groups; with size 0 only their count. Errors: EINVAL (too small). Source: getgroups(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getgroups(int size, uint* list);

    /// <summary>
    /// Replaces the image of the process; returns only on failure. Errors: E2BIG, EACCES, EIO, EISDIR, ELIBBAD, ELOOP, ENOENT, ENOEXEC, ENOMEM, EPERM, ETXTBSY.
    /// Source: execve(2).
    /// </summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int execve(byte* pathname, byte** argv, byte** envp);

    /// <summary>Copies what is in a pipe into another one, and leaves it there. Errors: EAGAIN, EINVAL, ENOMEM. Source: tee(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint tee(int fd_in, int fd_out, nuint len, uint flags);

    /// <summary>A copy of a descriptor, close-on-exec not set. Errors: EBADF, EMFILE. Source: dup(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int dup(int oldfd);

    /// <summary>A call by number: pidfd_open, pidfd_send_signal, openat2... that older libcs have no wrapper for. Source: syscall(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint a1, nint a2, nint a3, nint a4, nint a5 = 0);

    /// <summary>Opens a pidfd (always close-on-exec). Errors: EINVAL, EMFILE, ENFILE, ENODEV, ENOMEM, ESRCH. Source: pidfd_open(2).</summary>
    public static int pidfd_open(int pid) => (int)syscall(SystemCallNumbers.SYS_pidfd_open, pid, 0, 0, 0);

    /// <summary>
    /// Copies a descriptor of another process (always close-on-exec; Linux 5.6). Errors: EBADF (it has no such), EMFILE, ENOSYS, EPERM (as for ptrace(2)), ESRCH.
    /// Source: pidfd_getfd(2).
    /// </summary>
    public static int pidfd_getfd(int pidfd, int targetfd) => (int)syscall(SystemCallNumbers.SYS_pidfd_getfd, pidfd, targetfd, 0, 0);

    /// <summary>
    /// Signals the process behind a pidfd; <paramref name="flags"/> PIDFD_SIGNAL_PROCESS_GROUP: the group it leads (Linux 6.9).
    /// Errors: EBADF, EINVAL (flags unknown), EPERM, ESRCH. Source: pidfd_send_signal(2).
    /// </summary>
    public static int pidfd_send_signal(int pidfd, int signal, int flags) =>
        (int)syscall(SystemCallNumbers.SYS_pidfd_send_signal, pidfd, signal, 0, flags);

    /// <summary>KCMP_FILE of linux/kcmp.h: whether two descriptors are one open file.</summary>
    public const int KCMP_FILE = 0;

    /// <summary>PIDFD_SIGNAL_PROCESS_GROUP of linux/pidfd.h.</summary>
    public const int PIDFD_SIGNAL_PROCESS_GROUP = 4;

    /// <summary>CLOSE_RANGE_UNSHARE of linux/close_range.h: in a copy of the table, into which what is closed is not taken (Linux 5.9).</summary>
    public const int CLOSE_RANGE_UNSHARE = 2;

    /// <summary>CLOSE_RANGE_CLOEXEC of linux/close_range.h (Linux 5.11).</summary>
    public const int CLOSE_RANGE_CLOEXEC = 4;
}
