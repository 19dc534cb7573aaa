using System.Runtime.InteropServices;
using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>The stack on which every child runs until execve, one after the other; below it a page that nobody may touch.</summary>
internal sealed class ChildStack : IDisposable
{
    private const int Size = 64 * 1024;
    private const int Guard = 4096;
    private readonly nint _block;

    /// <summary>Maps it.</summary>
    /// <exception cref="ErrnoException">ENOMEM.</exception>
    public ChildStack()
    {
        _block = sys_mman_h.mmap(0, Guard + Size, sys_mman_h.PROT_NONE, sys_mman_h.MAP_PRIVATE | sys_mman_h.MAP_ANONYMOUS, -1, 0);
        if (_block == -1)
            throw new ErrnoException("mmap", Marshal.GetLastPInvokeError());
        if (sys_mman_h.mprotect(_block + Guard, Size, sys_mman_h.PROT_READ | sys_mman_h.PROT_WRITE) != 0)
            throw new ErrnoException("mprotect", Marshal.GetLastPInvokeError());
    }

    /// <summary>Its end: a stack grows downwards.</summary>
    public nint Top => _block + Guard + Size;

    /// <inheritdoc/>
    public void Dispose() => _ = sys_mman_h.munmap(_block, Guard + Size);
}
