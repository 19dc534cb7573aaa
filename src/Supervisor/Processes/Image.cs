using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>
/// Replaces the image of this process (execve(2)): the pid, the children and the inherited descriptors stay. Only ever from the main thread: execve ends
/// the other threads, and a parent-death signal goes out when the thread that spawned ends (docs/adr/0002).
/// </summary>
internal static unsafe class Image
{
    // The signals that people and service managers send. Between the execve and the next image's handlers their default action is our end: blocked
    // here they wait, since the mask survives execve; the next image unblocks them when it has its handlers (Hosting/Signals). SIGHUP, SIGINT, SIGQUIT,
    // SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGWINCH, SIGIO, SIGPWR.
    private static readonly int[] _askingSignals = [1, 2, 3, 10, 12, 14, 15, 28, 29, 30];

    /// <summary>The mask of the signals that the next image finds blocked.</summary>
    public static ulong Blocked => _askingSignals.Aggregate(0UL, (mask, signal) => mask | (1UL << (signal - 1)));

    /// <summary>The handlers are there: signals that an image before this one has blocked come through, also those that have waited.</summary>
    public static void TakeSignals()
    {
        var mask = Blocked;
        _ = signal_h.rt_sigprocmask(signal_h.SIG_UNBLOCK, &mask, null);
    }

    /// <summary>Does it; comes back only when it has failed.</summary>
    public static ErrnoFailure Replace(ImageStart start)
    {
        using var arena = new Arena();
        var program = arena.Text(start.Program);
        var arguments = arena.Vector(start.Arguments);
        var environment = arena.Vector(start.Environment);
        var mask = Blocked;
        ulong before;
        if (signal_h.rt_sigprocmask(signal_h.SIG_SETMASK, &mask, &before) != 0)
            return new("rt_sigprocmask", Marshal.GetLastPInvokeError());
        var failure = Inherit(start.Descriptors, 0);
        if (failure.Errno == 0)
        {
            _ = unistd_h.execve(program, arguments, environment);
            failure = new("execve", Marshal.GetLastPInvokeError());
        }

        _ = Inherit(start.Descriptors, fcntl_h.FD_CLOEXEC);
        _ = signal_h.rt_sigprocmask(signal_h.SIG_SETMASK, &before, null);
        return failure;
    }

    private static ErrnoFailure Inherit(IReadOnlyList<int> descriptors, int flags)
    {
        ErrnoFailure failure = default;
        foreach (var descriptor in descriptors)
        {
            if (fcntl_h.fcntl(descriptor, fcntl_h.F_SETFD, flags) != 0)
                failure = new($"fcntl({descriptor}, F_SETFD)", Marshal.GetLastPInvokeError());
        }

        return failure;
    }
}
