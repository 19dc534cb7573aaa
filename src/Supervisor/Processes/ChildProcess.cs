using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>A child of ours: (pid, pidfd).</summary>
internal sealed class ChildProcess(long spawnId, int pid, int pidfd, string invocationId, ChildTable table, bool groupByPidfd) : IChildProcess
{
    private readonly ProcessGroup _group = new(pid, groupByPidfd);
    private readonly Orphans _orphans = new(table);
    private int _disposed;

    /// <summary>Which start it came from.</summary>
    public long SpawnId => spawnId;

    /// <summary>By which its orphans are known.</summary>
    public string InvocationId => invocationId;

    /// <inheritdoc/>
    public int Pid => pid;

    /// <inheritdoc/>
    public bool Signal(Signal signal)
    {
        if (unistd_h.pidfd_send_signal(pidfd, signal.Number, 0) == 0)
            return true;
        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ESRCH ? false : throw new ErrnoException("pidfd_send_signal", errno, $"{signal.Name} to {pid}");
    }

    /// <inheritdoc/>
    public bool SignalAll(Signal signal)
    {
        var group = _group.Signal(pidfd, signal);
        return _orphans.Signal(invocationId, signal) | group;
    }

    /// <inheritdoc/>
    public bool HasLeftovers() => _group.HasOthers(pidfd) || _orphans.HasAny(invocationId);

    /// <summary>Still a zombie, but not for long.</summary>
    public void BeforeReap() => _group.BeforeReap();

    /// <summary>Reaped: its number may be another's now.</summary>
    public void AfterReap() => _group.AfterReap();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _ = unistd_h.close(pidfd);
        _group.Dispose();
        table.Forget(invocationId);
    }
}
