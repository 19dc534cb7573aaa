using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>signal.h and sys/prctl.h.</summary>
public static unsafe partial class signal_h
{
#pragma warning disable CS1591 // the names are C's
    public const int SIG_UNBLOCK = 1;
    public const int SIG_SETMASK = 2;
    public const int PR_SET_PDEATHSIG = 1;
    public const int PR_GET_DUMPABLE = 3;
    public const int PR_SET_DUMPABLE = 4;
    public const int PR_SET_KEEPCAPS = 8;
    public const int PR_CAPBSET_READ = 23;
    public const int PR_CAPBSET_DROP = 24;
    public const int PR_SET_SECUREBITS = 28;
    public const int PR_CAP_AMBIENT = 47;
    public const int PR_CAP_AMBIENT_RAISE = 2;
    public const int PR_CAP_AMBIENT_CLEAR_ALL = 4;
    public const int PR_SET_CHILD_SUBREAPER = 36;
    public const int PR_SET_NO_NEW_PRIVS = 38;
    public const int IOPRIO_WHO_PROCESS = 1;
    public const int IOPRIO_CLASS_SHIFT = 13;
#pragma warning restore CS1591

    /// <summary>The signal that a child's end sends to its parent.</summary>
    public const int SIGCHLD = 17;

    /// <summary>
    /// The calling thread's signal mask, as 64 bits, straight to the kernel: glibc's own keeps 32 and 33 unblocked. Errors: EINVAL.
    /// Source: rt_sigprocmask(2).
    /// </summary>
    public static int rt_sigprocmask(int how, ulong* set, ulong* oldset) =>
        (int)unistd_h.syscall(SystemCallNumbers.SYS_rt_sigprocmask, how, (nint)set, (nint)oldset, sizeof(ulong));

    /// <summary>Signals a process or (negative) a group. Errors: EINVAL, EPERM, ESRCH. Source: kill(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int sig);

    /// <summary>Operations on the calling process or thread. Errors: EINVAL, EPERM. Source: prctl(2).</summary>
    public static int prctl(int option, nint arg) => (int)unistd_h.syscall(SystemCallNumbers.SYS_prctl, option, arg, 0, 0);
}
