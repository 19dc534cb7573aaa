using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Processes.Cgroups;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>A child of ours: (pid, pidfd), and its cgroup where it has one.</summary>
internal sealed class ChildProcess(
    long spawnId, int pid, long? startTime, Pidfd pidfd, RunOrigin origin, ChildTable table, Orphans orphans, bool groupByPidfd, RunCgroup? cgroup, Action<RunCgroup> left) : IChildProcess
{
    private readonly ProcessGroup _group = new(pid, pidfd, groupByPidfd);
    private int _disposed;
    private volatile bool _reaped;

    /// <summary>Which start it came from.</summary>
    public long SpawnId => spawnId;

    /// <summary>By which its orphans are known.</summary>
    public string InvocationId => origin.InvocationId;

    /// <inheritdoc/>
    public int Pid => pid;

    /// <inheritdoc/>
    public long? StartTime => startTime;

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
        if (cgroup is not null)
            return SignalCgroup(cgroup, signal);
        var errno = _group.Signal(signal, out var someone);
        // To look for orphans among a thousand children costs more than all the rest. It is done when it matters, after the end of the main process.
        if (_reaped)
            someone |= orphans.Signal(origin, signal);
        return errno == 0 ? someone : throw new ErrnoException("pidfd_send_signal", errno, $"{signal.Name} to the group of {pid}");
    }

    /// <inheritdoc/>
    public bool HasLeftovers() => cgroup is null
        ? _group.HasOthers() || orphans.HasAny(origin)
        : cgroup.HasMembers() || (groupByPidfd && _group.HasOthers());

    /// <summary>What all of its processes have used together; null: it has no cgroup.</summary>
    public CgroupUsage? Usage() => cgroup?.Usage();

    /// <summary>Still a zombie, but not for long.</summary>
    public void BeforeReap()
    {
        if (cgroup is null)
            _group.BeforeReap();
    }

    /// <summary>Reaped: its number may be another's now.</summary>
    public void AfterReap()
    {
        _group.AfterReap();
        _reaped = true;
    }

    // The group as well, where that is one call: a member that was moved to another cgroup (pam_systemd does it) is still in it.
    private bool SignalCgroup(RunCgroup all, Signal signal)
    {
        if (groupByPidfd)
            _group.Send(signal);
        var someone = signal == Specs.Signal.Kill ? all.Kill() : all.SignalEach(signal, outsideOf: groupByPidfd ? pid : null);
        // An unreaped leader counts: its exit is still to come.
        return someone || !_reaped;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        pidfd.Dispose();
        _group.Dispose();
        table.Forget(InvocationId);
        if (cgroup is not null)
            left(cgroup);
    }
}
