using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sched.h: making a process. Values are the same on x86-64 and arm64.</summary>
public static unsafe partial class sched_h
{
    /// <summary>clone: parent and child share their memory.</summary>
    public const int CLONE_VM = 0x100;

    /// <summary>clone: parent and child share their descriptors, until one of them asks for a copy.</summary>
    public const int CLONE_FILES = 0x400;

    /// <summary>clone: the calling thread waits until the child has called execve or ended.</summary>
    public const int CLONE_VFORK = 0x4000;

    /// <summary>clone: a pidfd of the child, close-on-exec, is put where the fifth argument points to (Linux 5.2).</summary>
    public const int CLONE_PIDFD = 0x1000;

    /// <summary>
    /// Makes a child that runs <paramref name="fn"/> (C convention: one pointer in, int out, which becomes its exit status) on the stack that ends below
    /// <paramref name="stack"/>; the pid, or -1. The low byte of <paramref name="flags"/> is the signal that its end sends. Errors: EAGAIN, EINVAL, EMFILE, ENOMEM, EPERM.
    /// Source: clone(2).
    /// </summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int clone(nint fn, nint stack, int flags, nint arg, int* pidfd);
}
