using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>
/// Which signals are not at their default in this process, so that a child resets just those. Read anew when the reading is older than a moment: the runtime
/// takes signals when it starts, the supervisor when it reads its configuration, and nobody in the middle of a burst of starts. Spawn thread only.
/// </summary>
internal sealed unsafe class ChangedSignals
{
    private const int Last = 64;
    private const long MaximumAge = 10; // ms
    private long _readAt = long.MinValue;
    private ulong _changed;

    /// <summary>Bit N - 1: signal N is ignored or has a handler.</summary>
    public ulong Changed
    {
        get
        {
            var now = Environment.TickCount64;
            if (_readAt == long.MinValue || now - _readAt > MaximumAge)
                (_changed, _readAt) = (Read(), now);
            return _changed;
        }
    }

    private static ulong Read()
    {
        var changed = 0UL;
        var action = stackalloc nint[4]; // struct sigaction of the kernel: handler (0: SIG_DFL), flags, restorer, mask
        for (var signal = 1; signal <= Last; signal++)
        {
            // SIGKILL and SIGSTOP cannot be changed. One that cannot be read is reset, to be sure.
            if (signal is not (9 or 19) && (unistd_h.syscall(SystemCallNumbers.SYS_rt_sigaction, signal, 0, (nint)action, sizeof(ulong)) != 0 || action[0] != 0))
                changed |= 1UL << (signal - 1);
        }

        return changed;
    }
}
