using System.Runtime.InteropServices;

namespace Supervisor.Linux;

/// <summary>
/// Numbers of the calls that a child makes raw before execve, for the machine we run on. Source: asm/unistd_64.h (x86-64) and
/// asm-generic/unistd.h (arm64); compared with the C headers by a test.
/// </summary>
public static class SystemCallNumbers
{
    private static readonly bool _arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

#pragma warning disable CS1591 // the names are C's
    public static int SYS_write => _arm ? 64 : 1;
    public static int SYS_close => _arm ? 57 : 3;
    public static int SYS_rt_sigaction => _arm ? 134 : 13;
    public static int SYS_rt_sigprocmask => _arm ? 135 : 14;
    public static int SYS_getpid => _arm ? 172 : 39;
    public static int SYS_execve => _arm ? 221 : 59;
    public static int SYS_fcntl => _arm ? 25 : 72;
    public static int SYS_chdir => _arm ? 49 : 80;
    public static int SYS_fchdir => _arm ? 50 : 81;
    public static int SYS_umask => _arm ? 166 : 95;
    public static int SYS_getppid => _arm ? 173 : 110;
    public static int SYS_setsid => _arm ? 157 : 112;
    public static int SYS_setgroups => _arm ? 159 : 116;
    public static int SYS_setresuid => _arm ? 147 : 117;
    public static int SYS_setresgid => _arm ? 149 : 119;
    public static int SYS_setpriority => _arm ? 140 : 141;
    public static int SYS_sched_setscheduler => _arm ? 119 : 144;
    public static int SYS_prctl => _arm ? 167 : 157;
    public static int SYS_chroot => _arm ? 51 : 161;
    public static int SYS_sched_setaffinity => _arm ? 122 : 203;
    public static int SYS_capset => _arm ? 91 : 126;
    public static int SYS_ioprio_set => _arm ? 30 : 251;
    public static int SYS_clock_gettime => _arm ? 113 : 228;
    public static int SYS_openat => _arm ? 56 : 257;
    public static int SYS_dup3 => _arm ? 24 : 292;
    public static int SYS_prlimit64 => _arm ? 261 : 302;
    public static int SYS_kcmp => _arm ? 272 : 312;
    public const int SYS_pidfd_send_signal = 424;
    public const int SYS_pidfd_open = 434;
    public const int SYS_close_range = 436;
    public const int SYS_openat2 = 437;
    public const int SYS_pidfd_getfd = 438;
#pragma warning restore CS1591
}
