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
        // To PID 1 of a container orphans also come from processes that others start in it (docker exec), while it has no child of its
        // own to wait for. The signal only wakes us: whoever is there is found by waitid, so it does not matter that signals merge.
#pragma warning disable RS0030 // SIGCHLD: as a wake-up only, and nothing here uses the runtime's own Process, whose reaper listens to it
        using var adopted = Environment.ProcessId == 1 ? PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => table.MayHaveAdopted()) : null;
#pragma warning restore RS0030
        while (true)
        {
            sys_wait_h.siginfo_t info = default;
            if (sys_wait_h.waitid(sys_wait_h.P_ALL, 0, &info, sys_wait_h.WEXITED | sys_wait_h.WNOWAIT) == 0)
            {
                if (table.Reap(info.si_pid) is { } reaped)
                    Tell(reaped);
                continue;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.ECHILD)
                table.WaitForChild().ForEach(lost => Tell(new(lost.Pid, lost, null, default)));
            else if (errno != Errno.EINTR)
                throw new ErrnoException("waitid", errno);
        }
    }

    private void Tell(Reaped reaped)
    {
        if (reaped.Child is { } child)
            inbox.Post(new ChildExited(child.SpawnId, reaped.Status, reaped.Usage, child.HasLeftovers()));
        else if (reaped.Status is { } status)
            inbox.Post(new OrphanReaped(reaped.Pid, status));
    }
}
