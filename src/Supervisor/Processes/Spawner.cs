using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>Makes one process at a time from a <see cref="Preparation"/>: the only place that calls vfork. Belongs to the spawn thread.</summary>
internal sealed unsafe class Spawner(SpawnOptions options) : IDisposable
{
    private const int PageSize = 4096;
    private const int ForkedButNotExeced = 0x40; // PF_FORKNOEXEC of linux/sched.h
    private readonly SpawnReport* _report = MapReport();
    private readonly SpawnPlan _plan = new();

    /// <summary>Pid of the child in the making, once it has said so itself; 0 before. Readable from any thread.</summary>
    public int PidInTheMaking => Volatile.Read(ref _report->Pid);

    /// <summary>Forgets the last child.</summary>
    public void Reset() => *_report = default;

    /// <summary>Starts the program and opens its pidfd.</summary>
    /// <returns>A failure, whose child is already reaped; null: it runs.</returns>
    public SpawnFailure? Spawn(Preparation start, out int pid, out Pidfd? pidfd)
    {
        using var arena = new Arena();
        _plan.Make(start, arena, options);
        pidfd = null;
        pid = Create(Block(arena));
        if (pid < 0)
            return Failure(ExecStep.CreateProcess, -pid, null);
        var failure = Judge(pid);
        if (failure is not null)
        {
            Reap(pid);
            return failure;
        }

        pidfd = Pidfd.Open(pid, out var errno);
        if (pidfd is not null)
            return null;
        // Nobody could ever signal it safely, so it must not run on. Not yet reaped: the pid is surely its own.
        failure = Failure(ExecStep.OpenPidfd, errno, null);
        _ = signal_h.kill(pid, Signal.Kill.Number);
        Reap(pid);
        return failure;
    }

    private SpawnBlock* Block(Arena arena)
    {
        var block = (SpawnBlock*)arena.Allocate(sizeof(SpawnBlock));
        block->VFork = (delegate*<int>)Libc.VFork;
        block->SystemCall = (delegate*<nint, nint, nint, nint, nint, nint, nint>)Libc.SystemCall;
        block->ErrnoLocation = Libc.ErrnoLocation();
        block->Report = _report;
        block->Calls = arena.Array(_plan.Calls);
        block->Count = _plan.Calls.Length;
        block->PidText = _plan.PidText;
        block->GetPid = SystemCallNumbers.SYS_getpid;
        block->ExitGroup = SystemCallNumbers.SYS_exit_group;
        return block;
    }

    /// <summary>vfork, with every signal blocked around it: the pid, or -errno.</summary>
    private static int Create(SpawnBlock* block)
    {
        var all = ulong.MaxValue;
        ulong before;
        if (signal_h.rt_sigprocmask(signal_h.SIG_SETMASK, &all, &before) != 0)
            throw new ErrnoException("rt_sigprocmask", Marshal.GetLastPInvokeError());
        var dumpable = signal_h.prctl(signal_h.PR_GET_DUMPABLE, 0);
        var pid = ((delegate* unmanaged<SpawnBlock*, int>)&ChildSide.Spawn)(block);
        // setresuid in a child that shares our memory clears this flag of the memory, so ours: no core dumps, and /proc/self is root's.
        if (dumpable == 1)
            _ = signal_h.prctl(signal_h.PR_SET_DUMPABLE, 1);
        _ = signal_h.rt_sigprocmask(signal_h.SIG_SETMASK, &before, null);
        return pid;
    }

    /// <summary>What became of the child, now that vfork has returned; null: it runs the program, or ran it.</summary>
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
        return found == 0 && info.si_pid == pid && ProcStat.Read(pid) is { } stat && (stat.Flags & ForkedButNotExeced) != 0;
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
    public void Dispose() => _ = sys_mman_h.munmap((nint)_report, PageSize);
}
