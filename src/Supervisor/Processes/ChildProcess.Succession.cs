using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

// Who belongs to a run, and how another process takes the place of its main one.
internal sealed partial class ChildProcess
{
    private const int DeepestDescent = 64;

    /// <summary>Who took its place; null: nobody. Set under the table's lock.</summary>
    public ChildProcess? Successor { get; set; }

    /// <summary>Whether it is gone and nobody will tell us: somebody else has reaped it.</summary>
    public bool IsGone => _pidfd.Send(0) == Errno.ESRCH;

    // As the one before: itself, or any of its group.
    private bool LivesOn => (!_ended && ProcStat.Read(Pid) is { IsAlive: true }) || _group.HasOthers() || (_previous?.LivesOn ?? false);

    /// <inheritdoc/>
    public bool Has(int pid, int pidfd)
    {
        if (pid == Pid)
            return !_ended;
        // The pidfd first: what is read after it is of this very process, or nothing.
        using var own = pidfd < 0 ? Pidfd.Open(pid, out _) : null;
        if (pidfd < 0 && own is null)
            return false;
        return Belongs(pid) && (own?.Send(0) ?? Pidfd.Send(pidfd)) != Errno.ESRCH;
    }

    /// <inheritdoc/>
    public IChildProcess? Succeed(int pid, out string? refusal)
    {
        var taken = Pidfd.Open(pid, out var errno);
        if (taken is null)
        {
            refusal = errno == Errno.ESRCH ? "there is no such process" : Errno.Text(errno);
            return null;
        }

        if (!Belongs(pid) || taken.Send(0) == Errno.ESRCH || ProcStat.Read(pid) is not { } stat)
        {
            taken.Dispose();
            refusal = "that process does not belong to the job";
            return null;
        }

        var successor = new ChildProcess(
            _identity with { Pid = pid, StartTime = (ulong)stat.StartTime }, taken, _table, _orphans, _holder, _groupByPidfd, _cgroup, _left, this, stat.Group == pid);
        refusal = _table.Succeed(this, successor) ? null : "that process is another one's main process";
        if (refusal is null)
            return successor;
        taken.Dispose();
        return null;
    }

    private bool Belongs(int pid) =>
        (_cgroup?.Members().Contains(pid) ?? false)
        || (ProcStat.Read(pid) is { IsAlive: true } stat && (stat.Session == Pid || stat.Group == Pid || Descends(stat) || _origin.IsOf(pid, Orphans.InvocationOf(pid))))
        || (_previous is not null && (_previous.Belongs(pid) || pid == _previous.Pid));

    private bool Descends(ProcStat stat)
    {
        var parent = stat.Parent;
        for (var depth = 0; depth < DeepestDescent && parent > 1; depth++)
        {
            if (parent == Pid)
                return !_ended;
            parent = ProcStat.Read(parent)?.Parent ?? 0;
        }

        return false;
    }

    private bool SignalAsPrevious(Signal signal)
    {
        var lives = LivesOn;
        if (!_ended && !_leadsGroup)
            _pidfd.Send(signal.Number);
        _group.Signal(signal, out _);
        return (_previous?.SignalAsPrevious(signal) ?? false) || lives;
    }
}
