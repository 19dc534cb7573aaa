using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>Our own dispositions of signals; a program that we start gets the defaults of all.</summary>
internal static unsafe class OwnSignals
{
    private const int SigChld = 17;
    private const int SigXfsz = 25;
    private const nint Ignore = 1; // SIG_IGN

    /// <summary>Whoever started us may have had SIGCHLD ignored; the kernel would then reap our children without telling us how they ended.</summary>
    public static void DoNotIgnoreChildren()
    {
        var action = stackalloc nint[4]; // struct sigaction of the kernel: handler, flags, restorer, mask
        if (unistd_h.syscall(SystemCallNumbers.SYS_rt_sigaction, SigChld, 0, (nint)action, sizeof(ulong)) != 0 || action[0] != Ignore)
            return;
        new Span<nint>(action, 4).Clear();
        _ = unistd_h.syscall(SystemCallNumbers.SYS_rt_sigaction, SigChld, (nint)action, 0, sizeof(ulong));
    }

    /// <summary>A file that reaches RLIMIT_FSIZE is then a failed write (EFBIG) as any other, and not our death.</summary>
    public static void SurviveFileSizeLimit()
    {
        var action = stackalloc nint[4];
        new Span<nint>(action, 4).Clear();
        action[0] = Ignore;
        _ = unistd_h.syscall(SystemCallNumbers.SYS_rt_sigaction, SigXfsz, (nint)action, 0, sizeof(ulong));
    }
}
