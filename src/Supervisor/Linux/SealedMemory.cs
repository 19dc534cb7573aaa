using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace Supervisor.Linux;

/// <summary>
/// Anonymous files for memory that is shared with other programs: zero-filled on first touch, without a name in any file system, gone with their
/// last descriptor and mapping. Sealed against shrinking and growing, and against further seals, before anybody else can have them: no
/// holder can make another one's access a SIGBUS, or keep it from mapping again.
/// </summary>
public static class SealedMemory
{
    /// <summary>Makes one of a fixed size. <paramref name="name"/> is shown in /proc/PID/maps only.</summary>
    /// <exception cref="ErrnoException">EMFILE, ENFILE, ENOMEM, EFBIG. Sources: memfd_create(2), ftruncate(2), fcntl(2).</exception>
    public static SafeFileHandle Create(string name, long size)
    {
        var fd = Open(name, sys_mman_h.MFD_CLOEXEC | sys_mman_h.MFD_ALLOW_SEALING | sys_mman_h.MFD_NOEXEC_SEAL);
        if (fd < 0 && Marshal.GetLastPInvokeError() == Errno.EINVAL)
        {
            // Linux before 6.3 does not know the last one.
            fd = Open(name, sys_mman_h.MFD_CLOEXEC | sys_mman_h.MFD_ALLOW_SEALING);
        }

        DescriptorReserve.Keep(fd, 0.75, "memfd_create");
        var file = new SafeFileHandle(Checked("memfd_create", fd, name), ownsHandle: true);
        try
        {
            Checked("ftruncate", LibC.ftruncate(fd, size), name);
            Checked("fcntl(F_ADD_SEALS)", LibC.fcntl(fd, sys_mman_h.F_ADD_SEALS, sys_mman_h.F_SEAL_SHRINK | sys_mman_h.F_SEAL_GROW | sys_mman_h.F_SEAL_SEAL), name);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the file that have a page: st_blocks counts in 512 bytes whatever the page size. Swapped pages count as well.</summary>
    /// <exception cref="ErrnoException">EBADF. Source: fstat(2).</exception>
    public static unsafe long Allocated(SafeFileHandle file)
    {
        stat status;
        Checked("fstat", LibC.fstat((int)file.DangerousGetHandle(), &status), null);
        return status.st_blocks * 512L;
    }

    // 249 bytes of name are allowed; more would be EINVAL, which must not look like an old kernel.
    private static unsafe int Open(string name, uint flags)
    {
        var bytes = stackalloc byte[256];
        System.Text.Encoding.UTF8.GetEncoder().Convert(name, new Span<byte>(bytes, 240), flush: true, out _, out var length, out _);
        bytes[length] = 0;
        return LibC.memfd_create(bytes, flags);
    }

    private static int Checked(string call, int result, string? context) =>
        result >= 0 ? result : throw new ErrnoException(call, Marshal.GetLastPInvokeError(), context);
}
