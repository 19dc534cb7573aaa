using Supervisor.Linux;
using Supervisor.Processes;
using Supervisor.Specs;

namespace SpawnStress;

/// <summary>
/// Kills one child in ten while it is being made: what no supervisor does, but the kernel's out-of-memory killer may. Through a pidfd, after a
/// look whose child it is, so that it cannot hit another's.
/// </summary>
internal sealed class Killer : IDisposable
{
    private readonly Thread _thread;

    public Killer(SpawnThread spawner, CancellationToken stop)
    {
        _thread = new Thread(() => Kill(spawner, stop));
        _thread.Start();
    }

    public void Dispose() => _thread.Join();

    private static void Kill(SpawnThread spawner, CancellationToken stop)
    {
        var seen = 0;
        while (!stop.IsCancellationRequested)
        {
            var (id, pid) = spawner.InTheMaking;
            if (pid == 0 || pid == seen || !Run.IsKilledInTheMaking(id))
            {
                Thread.Yield();
                continue;
            }

            seen = pid;
            using var pidfd = Pidfd.Open(pid, out _);
            if (pidfd is not null && spawner.InTheMaking == (id, pid) && ProcStat.Read(pid)?.Parent == Environment.ProcessId)
                _ = pidfd.Send(Signal.Kill.Number);
        }
    }
}
