using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>The thread that blocks in waitid and reaps every child of this process, its own and adopted ones (docs/adr/0003).</summary>
internal sealed unsafe class Reaper(ChildTable table, Orphans orphans, IEngineInbox inbox)
{
    // When many end together. Few enough that the first one's news does not wait long; more when that was not enough, since then the engine has enough to do.
    private const int FirstMost = 32;
    private const int LastMost = 256;

    private readonly List<Reaped> _reaped = new(FirstMost);
    private int _most = FirstMost;

    /// <summary>Starts the thread; it ends with the process.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "reaper" }.Start();

    private void Run()
    {
        while (true)
        {
            sys_wait_h.siginfo_t info = default;
            if (sys_wait_h.waitid(sys_wait_h.P_ALL, 0, &info, sys_wait_h.WEXITED | sys_wait_h.WNOWAIT) == 0)
            {
                Reap(info.si_pid);
                table.TakeGone().ForEach(gone => Tell(new(gone.Pid, gone, null, default)));
                table.Told();
                continue;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.ECHILD)
            {
                table.WaitForChild().ForEach(lost => Tell(new(lost.Pid, lost, null, default)));
                table.Told();
            }
            else if (errno != Errno.EINTR)
                throw new ErrnoException("waitid", errno);
        }
    }

    // With others that have ended by now: to look for orphans among all our children takes longer than all the rest, and one look after the last of them serves all.
    private void Reap(int pid)
    {
        if (table.Reap(pid) is not { } first)
            return;
        _reaped.Add(first);
        while (_reaped.Count < _most && NextEnded() is > 0 and var next && table.TryReapMore(next, out var more))
        {
            if (more is not null)
                _reaped.Add(more);
        }

        var mayBeOrphans = _reaped.Count == 1 || orphans.HasAny();
        foreach (var reaped in _reaped)
            Tell(reaped, mayBeOrphans);
        _most = _reaped.Count < _most ? FirstMost : Math.Min(_most * 2, LastMost);
        _reaped.Clear();
    }

    private static int NextEnded()
    {
        sys_wait_h.siginfo_t info = default;
        return sys_wait_h.waitid(sys_wait_h.P_ALL, 0, &info, sys_wait_h.WEXITED | sys_wait_h.WNOWAIT | sys_wait_h.WNOHANG) == 0 ? info.si_pid : 0;
    }

    private void Tell(Reaped reaped, bool mayBeOrphans = true)
    {
        if (reaped.Child is { } child)
            inbox.Post(new ChildExited(child.SpawnId, reaped.Status, reaped.Usage, child.HasLeftovers(mayBeOrphans), child.Usage()));
        else if (reaped.Status is { } status)
            inbox.Post(new OrphanReaped(reaped.Pid, status));
    }
}
