using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>
/// Owner of one mapping (mmap to munmap). As a SafeHandle it can be borrowed by another thread (<see cref="SafeHandle.DangerousAddRef"/>): the
/// pages go when the owner has disposed of it and the last borrower has given it back, never under somebody's hands.
/// </summary>
public sealed unsafe class Mapping : SafeHandle
{
    private Mapping(nint address, nuint length)
        : base(0, ownsHandle: true)
    {
        SetHandle(address);
        Length = length;
    }

    /// <summary>Length in bytes.</summary>
    public nuint Length { get; }

    /// <summary>First byte. Valid while it is owned or borrowed.</summary>
    public byte* Address => (byte*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle is 0 or -1;

    /// <summary>Maps <paramref name="length"/> bytes of a file from its start, MAP_SHARED, for reading and writing.</summary>
    /// <exception cref="ErrnoException">EACCES, EAGAIN, EBADF, EINVAL, ENFILE, ENODEV, ENOMEM, EPERM (a seal forbids it). Source: mmap(2).</exception>
    public static Mapping OfFile(int fd, nuint length) => Map(fd, length, sys_mman_h.MAP_SHARED);

    /// <summary>Maps zero-filled pages without a file, MAP_SHARED: shared over fork and vfork, lost at exec.</summary>
    /// <exception cref="ErrnoException">ENOMEM, EINVAL. Source: mmap(2).</exception>
    public static Mapping Anonymous(nuint length) => Map(-1, length, sys_mman_h.MAP_SHARED | sys_mman_h.MAP_ANONYMOUS);

    /// <summary>Writes changed pages of a range back to the file and waits; the range is widened to whole pages.</summary>
    /// <exception cref="ErrnoException">EIO (the disk), EINVAL, ENOMEM (not mapped). Source: msync(2).</exception>
    public void Sync(nuint offset, nuint length)
    {
        var page = (nuint)Environment.SystemPageSize;
        var from = offset / page * page;
        if (sys_mman_h.msync(Address + from, offset + length - from, sys_mman_h.MS_SYNC) < 0)
        {
            throw new ErrnoException("msync", Marshal.GetLastPInvokeError());
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => sys_mman_h.munmap(handle, Length) == 0;

    private static Mapping Map(int fd, nuint length, int flags)
    {
        var address = sys_mman_h.mmap(0, length, sys_mman_h.PROT_READ | sys_mman_h.PROT_WRITE, flags, fd, 0);
        return address == -1 ? throw new ErrnoException("mmap", Marshal.GetLastPInvokeError()) : new(address, length);
    }
}
