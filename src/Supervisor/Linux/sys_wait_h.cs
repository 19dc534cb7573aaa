using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>sys/wait.h and sys/resource.h: how children end.</summary>
public static unsafe partial class sys_wait_h
{
#pragma warning disable CS1591 // the names are C's
    public const int P_ALL = 0;
    public const int P_PID = 1;
    public const int WNOHANG = 1;
    public const int WEXITED = 4;
    public const int WNOWAIT = 0x1000000;
    public const int RLIMIT_NOFILE = 7;
#pragma warning restore CS1591

    /// <summary>The fields of siginfo_t that waitid fills, at their offsets on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct siginfo_t
    {
        /// <summary>SIGCHLD; 0 when WNOHANG found nobody.</summary>
        [FieldOffset(0)]
        public int si_signo;

        /// <summary>CLD_EXITED, CLD_KILLED, CLD_DUMPED.</summary>
        [FieldOffset(8)]
        public int si_code;

        /// <summary>The child.</summary>
        [FieldOffset(16)]
        public int si_pid;

        /// <summary>Exit code or signal.</summary>
        [FieldOffset(24)]
        public int si_status;
    }

    /// <summary>struct rusage of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct rusage
    {
#pragma warning disable CS1591 // getrusage(2)
        public long ru_utime_sec, ru_utime_usec, ru_stime_sec, ru_stime_usec;
        public long ru_maxrss, ru_ixrss, ru_idrss, ru_isrss, ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock;
        public long ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
#pragma warning restore CS1591
    }

    /// <summary>struct rlimit of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct rlimit
    {
        /// <summary>Soft limit.</summary>
        public ulong rlim_cur;

        /// <summary>Hard limit.</summary>
        public ulong rlim_max;
    }

    /// <summary>Waits for a child's change of state. Errors: ECHILD, EINTR, EINVAL. Source: waitid(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int idtype, int id, siginfo_t* infop, int options);

    /// <summary>Reaps a child: its status and what it used. Errors: ECHILD, EINTR. Source: wait4(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int wait4(int pid, int* wstatus, int options, rusage* usage);

    /// <summary>The calling process, for <see cref="getrusage"/>.</summary>
    public const int RUSAGE_SELF = 0;

    /// <summary>What a process has used; maxrss in KiB. Errors: EFAULT, EINVAL. Source: getrusage(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrusage(int who, rusage* usage);

    /// <summary>Our limits. Errors: EINVAL. Source: getrlimit(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrlimit(int resource, rlimit* limit);

    /// <summary>Sets our limits. Errors: EINVAL, EPERM (the hard one raised without privilege). Source: setrlimit(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setrlimit(int resource, rlimit* limit);
}
