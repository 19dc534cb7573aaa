using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// The process group that a child leads. Linux 6.9 signals it through the leader's pidfd, also after the reap; before, the members' own
/// pidfds are collected while the unreaped leader still holds the number. EPERM (a member changed its user) means: somebody is there.
/// </summary>
internal sealed class ProcessGroup(int leader, Pidfd leaderPidfd, bool byPidfd) : IDisposable
{
    private static readonly Dictionary<int, Pidfd> _notCollected = [];

    private readonly Dictionary<int, Pidfd> _members = byPidfd ? _notCollected : [];
    private readonly object _gate = new();
    private volatile bool _reaped;

    /// <summary>Whether this kernel signals groups by pidfd; asked of ourselves, with signal 0.</summary>
    public static bool KernelHasGroupSignals { get; } = Probe();

    /// <summary>Signals what lives in the group; 0, or errno when nobody could be signalled although <paramref name="someone"/> is there.</summary>
    public int Signal(Signal signal, out bool someone)
    {
        if (!byPidfd)
            return SignalMembers(signal.Number, out someone);
        // An unreaped leader counts: its exit is still to come, so it need not be looked whether anybody else is there.
        someone = !_reaped || HasOthers();
        var errno = leaderPidfd.Send(signal.Number, unistd_h.PIDFD_SIGNAL_PROCESS_GROUP);
        return errno == Errno.ESRCH ? 0 : errno;
    }

    /// <summary>Signals the group through the leader's pidfd (Linux 6.9), whoever is in it.</summary>
    public void Send(Signal signal) => _ = leaderPidfd.Send(signal.Number, unistd_h.PIDFD_SIGNAL_PROCESS_GROUP);

    private int SignalMembers(int signal, out bool someone)
    {
        lock (_gate)
        {
            if (!_reaped)
            {
                someone = true;
                var errno = signal_h.kill(-leader, signal) == 0 ? 0 : Marshal.GetLastPInvokeError();
                return errno == Errno.ESRCH ? 0 : errno;
            }

            Collect();
            var answers = _members.Values.Select(member => member.Send(signal)).Where(answer => answer != Errno.ESRCH).ToList();
            someone = answers.Count > 0;
            return answers.Contains(0) ? 0 : answers.FirstOrDefault();
        }
    }

    /// <summary>Whether anybody but the leader lives in the group.</summary>
    public bool HasOthers()
    {
        if (byPidfd)
            return leaderPidfd.Send(0, unistd_h.PIDFD_SIGNAL_PROCESS_GROUP) != Errno.ESRCH && HasLiving();
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
            if (Pidfd.Open(pid, out _) is not { } pidfd)
                continue;
            if (IsMember(pid) && pidfd.Send(0) != Errno.ESRCH)
                _members.Add(pid, pidfd);
            else
                pidfd.Dispose();
        }
    }

    private bool IsMember(int pid) => ProcStat.Read(pid)?.Group == leader;

    private bool HasLiving() => ProcStat.AllPids().Any(pid => pid != leader && ProcStat.Read(pid) is { IsAlive: true } stat && stat.Group == leader);

    private static bool Probe()
    {
        using var self = Pidfd.Open(Environment.ProcessId, out _);
        // ESRCH: known, but we lead no group.
        return self is not null && self.Send(0, unistd_h.PIDFD_SIGNAL_PROCESS_GROUP) != Errno.EINVAL;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (byPidfd)
            return;
        lock (_gate)
        {
            foreach (var pidfd in _members.Values)
                pidfd.Dispose();
            _members.Clear();
        }
    }
}
