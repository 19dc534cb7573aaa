using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Processes.Cgroups;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// A child of ours: (pid, pidfd). Its pidfd is held for the image that may come after this one. One that took the place of another (MAINPID) stands for the
/// run of both.
/// </summary>
internal sealed partial class ChildProcess : IChildProcess
{
    private readonly HeldProcess _identity;
    private readonly Pidfd _pidfd;
    private readonly ChildTable _table;
    private readonly IDescriptorHolder _holder;
    private readonly RunOrigin _origin;
    private readonly ProcessGroup _group;
    private readonly Orphans _orphans;
    private readonly RunCgroup? _cgroup;
    private readonly Action<RunCgroup> _left;
    private readonly bool _groupByPidfd;
    private readonly ChildProcess? _previous;
    private readonly bool _leadsGroup;
    private volatile bool _ended;
    private int _disposed;

    /// <param name="identity">What it is known by.</param>
    /// <param name="pidfd">Its pidfd, owned from now on.</param>
    /// <param name="table">Knows the runs.</param>
    /// <param name="orphans">Finds what left its group.</param>
    /// <param name="holder">Holds the pidfd for the image after this one.</param>
    /// <param name="groupByPidfd">Whether the kernel signals groups by pidfd.</param>
    /// <param name="cgroup">Its cgroup; null: it has none of its own.</param>
    /// <param name="left">Called when nobody looks into that any more.</param>
    /// <param name="previous">Whose place it takes; null: nobody's.</param>
    /// <param name="leadsGroup">Whether its process group is its own.</param>
    public ChildProcess(
        HeldProcess identity, Pidfd pidfd, ChildTable table, Orphans orphans, IDescriptorHolder holder, bool groupByPidfd, RunCgroup? cgroup, Action<RunCgroup> left,
        ChildProcess? previous = null, bool leadsGroup = true)
    {
        (_identity, _pidfd, _table, _orphans, _holder, _ended) = (identity, pidfd, table, orphans, holder, identity.HasEnded);
        (_groupByPidfd, _cgroup, _left, _previous, _leadsGroup) = (groupByPidfd, cgroup, left, previous, leadsGroup);
        _origin = new(identity.InvocationId, identity.Pipes, identity.BesideMain);
        _group = new(identity.Pid, pidfd, groupByPidfd);
        if (_ended)
            _group.AfterReap();
        holder.Hold(identity.HolderName, pidfd.Descriptor);
    }

    /// <summary>Which start it came from.</summary>
    public long SpawnId => _identity.SpawnId;

    /// <summary>By which its orphans are known.</summary>
    public string InvocationId => _identity.InvocationId;

    /// <summary>Number of its pidfd.</summary>
    public int Descriptor => _pidfd.Descriptor;

    /// <inheritdoc/>
    public int Pid => _identity.Pid;

    /// <inheritdoc/>
    public HeldProcess Identity => _ended ? _identity with { HasEnded = true } : _identity;

    /// <inheritdoc/>
    public long? StartTime => _identity.StartTime == 0 ? null : (long)_identity.StartTime;

    /// <inheritdoc/>
    public bool Signal(Signal signal)
    {
        var errno = _pidfd.Send(signal.Number);
        return errno switch
        {
            0 => true,
            Errno.ESRCH => false,
            _ => throw new ErrnoException("pidfd_send_signal", errno, $"{signal.Name} to {Pid}"),
        };
    }

    /// <inheritdoc/>
    public bool SignalAll(Signal signal)
    {
        if (_cgroup is not null)
            return SignalCgroup(_cgroup, signal);
        var errno = _group.Signal(signal, out var someone);
        // To look for orphans among a thousand children costs more than all the rest. It is done when it matters, after the end of the main process.
        if (_ended)
            someone |= _orphans.Signal(_origin, signal);
        if (!_leadsGroup)
            _pidfd.Send(signal.Number);
        someone |= _previous?.SignalAsPrevious(signal) ?? false;
        return errno == 0 ? someone : throw new ErrnoException("pidfd_send_signal", errno, $"{signal.Name} to the group of {Pid}");
    }

    /// <inheritdoc/>
    public bool HasLeftovers() => HasLeftovers(mayBeOrphans: true);

    /// <summary>The same, by who has looked for orphans already.</summary>
    /// <param name="mayBeOrphans">False: since its end there have been none at all that came to us.</param>
    public bool HasLeftovers(bool mayBeOrphans) => _cgroup is null
        ? _group.HasOthers() || ((mayBeOrphans || _orphans.IsAnywhere) && _orphans.HasAny(_origin)) || _previous is { LivesOn: true }
        : _cgroup.HasMembers() || (_groupByPidfd && _group.HasOthers());

    /// <summary>What all of its processes have used together; null: it has no cgroup.</summary>
    public CgroupUsage? Usage() => _cgroup?.Usage();

    /// <summary>Still a zombie, but not for long.</summary>
    public void BeforeReap()
    {
        if (_cgroup is null)
            _group.BeforeReap();
    }

    /// <summary>Reaped: its number may be another's now.</summary>
    public void AfterReap()
    {
        _group.AfterReap();
        _ended = true;
    }

    // The group as well, where that is one call: a member that was moved to another cgroup (pam_systemd does it) is still in it.
    private bool SignalCgroup(RunCgroup all, Signal signal)
    {
        if (_groupByPidfd)
            _group.Send(signal);
        var someone = signal == Specs.Signal.Kill ? all.Kill() : all.SignalEach(signal, outsideOf: _groupByPidfd ? Pid : null);
        // An unreaped leader counts: its exit is still to come.
        return someone || !_ended;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _holder.Release(_identity.HolderName);
        _pidfd.Dispose();
        _group.Dispose();
        _table.Forget(InvocationId);
        _previous?.Dispose();
        // The last one that stands for the run has the cgroup.
        if (_cgroup is not null && Successor is null)
            _left(_cgroup);
    }
}
