using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>Our own disposition of SIGCHLD.</summary>
internal static unsafe class OwnSignals
{
    private const int SigChld = 17;
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
}
