using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sys/ioctl.h. Source: ioctl(2), ioctl_pipe(2).</summary>
public static unsafe partial class sys_ioctl
{
    /// <summary>Bytes that can be read now (int). asm-generic/ioctls.h.</summary>
    public const nuint FIONREAD = 0x541B;

    /// <summary>Asks a descriptor. Errors: EBADF, EFAULT, EINVAL, ENOTTY.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, int* value);
}
