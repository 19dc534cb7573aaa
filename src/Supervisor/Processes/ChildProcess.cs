using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>A child of ours: (pid, pidfd).</summary>
internal sealed class ChildProcess(long spawnId, int pid, Pidfd pidfd, RunOrigin origin, ChildTable table, bool groupByPidfd) : IChildProcess
{
    private readonly ProcessGroup _group = new(pid, pidfd, groupByPidfd);
    private readonly Orphans _orphans = new(table);
    private int _disposed;

    /// <summary>Which start it came from.</summary>
    public long SpawnId => spawnId;

    /// <summary>By which its orphans are known.</summary>
    public string InvocationId => origin.InvocationId;

    /// <inheritdoc/>
    public int Pid => pid;

    /// <inheritdoc/>
    public bool Signal(Signal signal)
    {
        var errno = pidfd.Send(signal.Number);
        return errno switch
        {
            0 => true,
            Errno.ESRCH => false,
            _ => throw new ErrnoException("pidfd_send_signal", errno, $"{signal.Name} to {pid}"),
        };
    }

    /// <inheritdoc/>
    public bool SignalAll(Signal signal)
    {
        var errno = _group.Signal(signal, out var someone);
        someone |= _orphans.Signal(origin, signal);
        return errno == 0 ? someone : throw new ErrnoException("pidfd_send_signal", errno, $"{signal.Name} to the group of {pid}");
    }

    /// <inheritdoc/>
    public bool HasLeftovers() => _group.HasOthers() || _orphans.HasAny(origin);

    /// <summary>Still a zombie, but not for long.</summary>
    public void BeforeReap() => _group.BeforeReap();

    /// <summary>Reaped: its number may be another's now.</summary>
    public void AfterReap() => _group.AfterReap();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        pidfd.Dispose();
        _group.Dispose();
        table.Forget(InvocationId);
    }
}
