using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>The thread that blocks in waitid and reaps every child of this process, its own and adopted ones (docs/adr/0003).</summary>
internal sealed unsafe class Reaper(ChildTable table, IEngineInbox inbox)
{
    /// <summary>Starts the thread; it ends with the process.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "reaper" }.Start();

    private void Run()
    {
        while (true)
        {
            sys_wait_h.siginfo_t info = default;
            if (sys_wait_h.waitid(sys_wait_h.P_ALL, 0, &info, sys_wait_h.WEXITED | sys_wait_h.WNOWAIT) == 0)
            {
                if (table.Reap(info.si_pid) is { } reaped)
                    Tell(reaped);
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

    private void Tell(Reaped reaped)
    {
        if (reaped.Child is { } child)
            inbox.Post(new ChildExited(child.SpawnId, reaped.Status, reaped.Usage, child.HasLeftovers(), child.Usage()));
        else if (reaped.Status is { } status)
            inbox.Post(new OrphanReaped(reaped.Pid, status));
    }
}
