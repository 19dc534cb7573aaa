using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>Errno values that decisions depend on, with their texts. Source: errno(3), asm-generic/errno.h (x86-64 and arm64 agree).</summary>
public static class Errno
{
#pragma warning disable CS1591 // the names are C's
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int E2BIG = 7;
    public const int ENOEXEC = 8;
    public const int EBADF = 9;
    public const int ECHILD = 10;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ENOSPC = 28;
    public const int EROFS = 30;
    public const int EPIPE = 32;
    public const int ERANGE = 34;
    public const int ENAMETOOLONG = 36;
    public const int ENOSYS = 38;
    public const int ELOOP = 40;
    public const int EMSGSIZE = 90;
    public const int EAFNOSUPPORT = 97;
    public const int EADDRINUSE = 98;
    public const int EADDRNOTAVAIL = 99;
    public const int ECONNRESET = 104;
    public const int ENOBUFS = 105;
    public const int ENOTCONN = 107;
    public const int ECONNREFUSED = 111;
    public const int EDQUOT = 122;
#pragma warning restore CS1591

    /// <summary>What strerror(3) says in the C locale: "No such file or directory".</summary>
    public static string Text(int errno) => errno == 0 ? "" : Marshal.GetPInvokeErrorMessage(errno);
}
