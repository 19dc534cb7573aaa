using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>Makes one process at a time from a <see cref="Preparation"/>: the only place that makes processes. Belongs to the spawn thread.</summary>
internal sealed unsafe class Spawner : IDisposable
{
    private const int PageSize = 4096;
    private readonly SpawnOptions _options;
    private readonly SpawnReport* _report = MapReport();
    private readonly SpawnPlan _plan = new();
    private readonly DescriptorWindow _window = new();
    private readonly ChildStack _stack = new();
    private readonly nint _childMethod;

    /// <summary>Makes ready whatever is the same for every start.</summary>
    /// <exception cref="ErrnoException">No memory or no descriptors left.</exception>
    public Spawner(SpawnOptions options)
    {
        _options = options;
        _childMethod = ChildMethod();
    }

    /// <summary>Pid of the child in the making, once it has said so itself; 0 before. Readable from any thread.</summary>
    public int PidInTheMaking => Volatile.Read(ref _report->Pid);

    /// <summary>A descriptor with which nothing can be told from any other that is null: for whatever a program shall not read or write.</summary>
    public int NullDevice => _window.Null;

    /// <summary>Whether the next descriptor would be among those that are kept for ourselves, or there is none.</summary>
    public bool LacksDescriptors()
    {
        var next = fcntl_h.fcntl(_window.Null, fcntl_h.F_DUPFD_CLOEXEC, 0);
        if (next >= 0)
            _ = unistd_h.close(next);
        return next < 0 || DescriptorReserve.IsTouchedBy(next, 0.5);
    }

    /// <summary>Forgets the last child.</summary>
    public void Reset() => *_report = default;

    /// <summary>Starts the program.</summary>
    /// <returns>A failure, whose child is already reaped; null: it runs.</returns>
    public SpawnFailure? Spawn(Preparation start, out NewChild? child)
    {
        using var arena = new Arena();
        var window = _options.HasCloseRange && DescriptorWindow.Fits(start.DescriptorCount, start.EndOfNumbers) ? _window : null;
        child = null;
        NewChild made;
        try
        {
            _plan.Make(start, arena, _options, window);
            made = Create(Block(arena), window is null ? 0 : sched_h.CLONE_FILES);
        }
        finally
        {
            window?.Clear();
        }

        if (made.Pid < 0)
            return Failure(ExecStep.CreateProcess, -made.Pid, null);
        if (Judge(made.Pid) is { } failure)
        {
            _ = unistd_h.close(made.Pidfd);
            Reap(made.Pid);
            return failure;
        }

        child = made.StartTime == 0 ? made with { StartTime = ProcStat.StartTimeOf(made.Pid) } : made;
        return null;
    }

    private SpawnBlock* Block(Arena arena)
    {
        var block = (SpawnBlock*)arena.Allocate(sizeof(SpawnBlock));
        block->SystemCall = (delegate*<nint, nint, nint, nint, nint, nint, nint>)Libc.SystemCall;
        block->ErrnoLocation = Libc.ErrnoLocation();
        block->Report = _report;
        block->Calls = arena.Array(_plan.Calls);
        block->Count = _plan.Calls.Length;
        block->PidTexts = _plan.PidTexts;
        block->GetPid = SystemCallNumbers.SYS_getpid;
        return block;
    }

    // Called once by ourselves, without calls to make: the child must find the method compiled, and its address final.
    private nint ChildMethod()
    {
        delegate*<SpawnBlock*, int> run = &ChildSide.Run;
        byte* noText = null;
        var nothing = new SpawnBlock
        {
            PidTexts = &noText,
            SystemCall = (delegate*<nint, nint, nint, nint, nint, nint, nint>)Libc.SystemCall,
            Report = _report,
            GetPid = SystemCallNumbers.SYS_getpid,
        };
        _ = run(&nothing);
        Reset();
        return (nint)run;
    }

    /// <summary>Makes the child, with every signal blocked around it; instead of its pid, -errno.</summary>
    private NewChild Create(SpawnBlock* block, int sharing)
    {
        var all = ulong.MaxValue;
        ulong before;
        if (signal_h.rt_sigprocmask(signal_h.SIG_SETMASK, &all, &before) != 0)
            throw new ErrnoException("rt_sigprocmask", Marshal.GetLastPInvokeError());
        var dumpable = signal_h.prctl(signal_h.PR_GET_DUMPABLE, 0);
        var flags = sched_h.CLONE_VM | sched_h.CLONE_VFORK | sched_h.CLONE_PIDFD | sharing | signal_h.SIGCHLD;
        var pidfd = -1;
        var began = ProcStat.StartTimeNow();
        var pid = sched_h.clone(_childMethod, _stack.Top, flags, (nint)block, &pidfd);
        var errno = Marshal.GetLastPInvokeError();
        var started = began == ProcStat.StartTimeNow() ? began : 0;
        // setresuid in a child that shares our memory clears this flag of the memory, so ours: no core dumps, and /proc/self is root's.
        if (dumpable == 1)
            _ = signal_h.prctl(signal_h.PR_SET_DUMPABLE, 1);
        _ = signal_h.rt_sigprocmask(signal_h.SIG_SETMASK, &before, null);
        return new(pid < 0 ? -errno : pid, pidfd, started);
    }

    /// <summary>What became of the child, now that we go on; null: it runs the program, or ran it.</summary>
    private SpawnFailure? Judge(int pid)
    {
        var step = (ExecStep)_report->Step;
        if (_report->Errno != 0)
            return Failure(step, _report->Errno, _plan.Detail(_report->Index));
        if (step == ExecStep.Execute && !IsDeadBeforeExec(pid))
            return null;
        return new(step, 0, "", "killed during set-up");
    }

    // execve leaves no trace on the page when it works. A child killed inside it looks the same, but still has the flag of a fork.
    private static bool IsDeadBeforeExec(int pid)
    {
        sys_wait_h.siginfo_t info = default;
        var found = sys_wait_h.waitid(sys_wait_h.P_PID, pid, &info, sys_wait_h.WEXITED | sys_wait_h.WNOHANG | sys_wait_h.WNOWAIT);
        return found == 0 && info.si_pid == pid && ProcStat.Read(pid) is { HasNotExeced: true };
    }

    private static void Reap(int pid)
    {
        int status;
        while (sys_wait_h.wait4(pid, &status, 0, null) < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
            // again
        }
    }

    private static SpawnFailure Failure(ExecStep step, int errno, string? detail) => new(step, errno, Errno.Text(errno), detail);

    private static SpawnReport* MapReport()
    {
        var page = sys_mman_h.mmap(0, PageSize, sys_mman_h.PROT_READ | sys_mman_h.PROT_WRITE, sys_mman_h.MAP_SHARED | sys_mman_h.MAP_ANONYMOUS, -1, 0);
        return page != -1 ? (SpawnReport*)page : throw new ErrnoException("mmap", Marshal.GetLastPInvokeError());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = sys_mman_h.munmap((nint)_report, PageSize);
        _stack.Dispose();
        _window.Dispose();
    }
}

/// <summary>A child that was made.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="Pidfd">A pidfd of it, the caller's.</param>
/// <param name="StartTime">Field 22 of proc_pid_stat(5); 0: not known.</param>
internal readonly record struct NewChild(int Pid, int Pidfd, ulong StartTime);
