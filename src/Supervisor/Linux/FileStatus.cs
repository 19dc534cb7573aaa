using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Supervisor.Linux;

/// <summary>What an open file is: names it has, bytes it holds. Source: statx(2).</summary>
public readonly record struct FileStatus(uint Links, long Size)
{
    /// <summary>Of an open file.</summary>
    /// <exception cref="ErrnoException">EBADF, EIO.</exception>
    public static unsafe FileStatus Of(SafeFileHandle file)
    {
        sys_stat_h.statx_t status;
        return sys_stat_h.statx((int)file.DangerousGetHandle(), "", fcntl_h.AT_EMPTY_PATH, sys_stat_h.STATX_BASIC_STATS, &status) == 0
            ? new(status.stx_nlink, (long)status.stx_size)
            : throw new ErrnoException("statx", Marshal.GetLastPInvokeError());
    }
}
