using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>What is the same for every start of this process.</summary>
internal sealed unsafe record SpawnOptions
{
    /// <summary>Signal that children get when the spawn thread ends; null: none (they outlive us).</summary>
    public Signal? ParentDeathSignal { get; init; }

    /// <summary>Whether close_range(2) with CLOSE_RANGE_CLOEXEC works (Linux 5.11, and no seccomp profile in the way).</summary>
    public bool HasCloseRange { get; init; } = ProbeCloseRange();

    /// <summary>Our hard limit of open files, which .NET leaves alone when it raises the soft one.</summary>
    public ulong HardNofile { get; init; } = OwnHardNofile();

    private static bool ProbeCloseRange() =>
        unistd_h.syscall(SystemCallNumbers.SYS_close_range, unchecked((nint)uint.MaxValue), unchecked((nint)uint.MaxValue), unistd_h.CLOSE_RANGE_CLOEXEC, 0) == 0;

    private static ulong OwnHardNofile()
    {
        sys_wait_h.rlimit limit;
        return sys_wait_h.getrlimit(sys_wait_h.RLIMIT_NOFILE, &limit) == 0
            ? limit.rlim_max
            : throw new ErrnoException("getrlimit", Marshal.GetLastPInvokeError());
    }
}
