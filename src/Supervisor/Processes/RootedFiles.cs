using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>Opens paths as a job will see them: inside its root directory when it has one.</summary>
internal sealed unsafe class RootedFiles(SafeFileHandle? root)
{
    /// <summary>The O_PATH descriptor of the root; null: ours.</summary>
    public SafeFileHandle? Root => root;

    /// <summary>Opens with O_PATH; null and an errno when that fails.</summary>
    public SafeFileHandle? OpenPath(string path, int flags, out int errno)
    {
        var fd = root is null ? fcntl_h.open(path, fcntl_h.O_PATH | fcntl_h.O_CLOEXEC | flags, 0) : OpenInRoot(path, flags);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    private int OpenInRoot(string path, int flags)
    {
        var how = new fcntl_h.open_how
        {
            flags = (ulong)(fcntl_h.O_PATH | fcntl_h.O_CLOEXEC | flags),
            resolve = fcntl_h.RESOLVE_IN_ROOT,
        };
        fixed (byte* text = Encoding.UTF8.GetBytes(path + '\0'))
            return fcntl_h.openat2((int)root!.DangerousGetHandle(), text, &how);
    }

    /// <summary>Type and permission bits behind a descriptor.</summary>
    public static int Mode(SafeFileHandle file)
    {
        sys_stat_h.statx_t stat;
        return sys_stat_h.statx((int)file.DangerousGetHandle(), "", fcntl_h.AT_EMPTY_PATH, sys_stat_h.STATX_BASIC_STATS, &stat) == 0
            ? stat.stx_mode
            : throw new ErrnoException("statx", Marshal.GetLastPInvokeError());
    }

    /// <summary>The first bytes of a regular file opened with O_PATH; empty when we may not read it (the job may still execute it).</summary>
    public static byte[] Head(SafeFileHandle file, int length)
    {
        var fd = fcntl_h.open($"/proc/self/fd/{file.DangerousGetHandle()}", fcntl_h.O_RDONLY | fcntl_h.O_CLOEXEC | fcntl_h.O_NONBLOCK, 0);
        if (fd < 0)
            return [];
        var head = new byte[length];
        nint count;
        fixed (byte* first = head)
            count = unistd_h.read(fd, first, (nuint)length);
        _ = unistd_h.close(fd);
        return head[..(int)Math.Max(count, 0)];
    }
}
