using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// The process group that a child leads. Linux 6.9 signals it through the leader's pidfd, also after the reap; before, the members' own
/// pidfds are collected while the unreaped leader still holds the number.
/// </summary>
internal sealed class ProcessGroup(int leader, bool byPidfd) : IDisposable
{
    private readonly Dictionary<int, int> _members = [];
    private readonly object _gate = new();
    private bool _reaped;

    /// <summary>Whether this kernel signals groups by pidfd; asked of ourselves, with signal 0.</summary>
    public static bool KernelHasGroupSignals { get; } = Probe();

    /// <summary>Signals what lives in the group; whether there was anybody besides a dead leader.</summary>
    public bool Signal(int pidfd, Signal signal)
    {
        if (byPidfd)
            return Send(pidfd, signal.Number, unistd_h.PIDFD_SIGNAL_PROCESS_GROUP) && (signal.Number != 0 || HasLiving());
        lock (_gate)
        {
            if (!_reaped)
                return signal_h.kill(-leader, signal.Number) == 0;
            Collect();
            return _members.Values.ToList().FindAll(member => Send(member, signal.Number, 0)).Count > 0;
        }
    }

    /// <summary>Whether anybody but the leader lives in the group.</summary>
    public bool HasOthers(int pidfd)
    {
        if (byPidfd)
            return Send(pidfd, 0, unistd_h.PIDFD_SIGNAL_PROCESS_GROUP) && HasLiving();
        lock (_gate)
        {
            if (!_reaped)
                return HasLiving();
            Collect();
            return _members.Keys.Any(pid => ProcStat.Read(pid) is { IsAlive: true } stat && stat.Group == leader);
        }
    }

    /// <summary>The leader is about to be reaped: the last moment at which its number surely means this group.</summary>
    public void BeforeReap()
    {
        if (byPidfd)
            return;
        lock (_gate)
            Collect();
    }

    /// <summary>The leader was reaped.</summary>
    public void AfterReap()
    {
        lock (_gate)
            _reaped = true;
    }

    /// <summary>Adds members. After the reap only while one that we hold is still in it: then the number cannot be another group's.</summary>
    private void Collect()
    {
        if (_reaped && !_members.Keys.Any(IsMember))
            return;
        foreach (var pid in ProcStat.AllPids().Where(pid => pid != leader && !_members.ContainsKey(pid) && IsMember(pid)).ToList())
        {
            var pidfd = unistd_h.pidfd_open(pid);
            if (pidfd < 0)
                continue;
            if (IsMember(pid) && Send(pidfd, 0, 0))
                _members.Add(pid, pidfd);
            else
                _ = unistd_h.close(pidfd);
        }
    }

    private bool IsMember(int pid) => ProcStat.Read(pid)?.Group == leader;

    private bool HasLiving() => ProcStat.AllPids().Any(pid => pid != leader && ProcStat.Read(pid) is { IsAlive: true } stat && stat.Group == leader);

    private static bool Send(int pidfd, int signal, int flags)
    {
        if (unistd_h.pidfd_send_signal(pidfd, signal, flags) == 0)
            return true;
        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ESRCH ? false : throw new ErrnoException("pidfd_send_signal", errno, new Signal(signal).Name);
    }

    private static bool Probe()
    {
        var self = unistd_h.pidfd_open(Environment.ProcessId);
        // ESRCH: known, but we lead no group.
        var known = unistd_h.pidfd_send_signal(self, 0, unistd_h.PIDFD_SIGNAL_PROCESS_GROUP) == 0 || Marshal.GetLastPInvokeError() != Errno.EINVAL;
        _ = unistd_h.close(self);
        return known;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var pidfd in _members.Values)
                _ = unistd_h.close(pidfd);
            _members.Clear();
        }
    }
}
