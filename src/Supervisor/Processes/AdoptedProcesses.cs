using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Processes;

/// <summary>
/// Processes that a supervisor before this one started: not our children, so nobody but their pidfds tells how they end. An epoll set on those; the engine's
/// own sleep watches it, so that they cost no thread. The status comes from the pidfd (PIDFD_GET_INFO, Linux 6.15), once whoever inherited them has
/// reaped them.
/// </summary>
internal sealed unsafe class AdoptedProcesses : IDisposable
{
    // Who inherits a process reaps it within moments. One that does not keeps us from the status, but not from what follows.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, (ChildProcess Child, ITimer? Limit)> _watched = [];
    private readonly IEngineInbox _inbox;
    private readonly TimeProvider _time;

    public AdoptedProcesses(IEngineInbox inbox, TimeProvider time)
    {
        (_inbox, _time) = (inbox, time);
        Descriptor = LibC.epoll_create1(LibC.EPOLL_CLOEXEC);
        if (Descriptor < 0)
            throw new ErrnoException("epoll_create1", Marshal.GetLastPInvokeError());
    }

    /// <summary>Readable when one of them may have ended.</summary>
    public int Descriptor { get; }

    /// <summary>From now on its end is told.</summary>
    public void Watch(ChildProcess child)
    {
        _watched[child.Descriptor] = (child, null);
        Control(LibC.EPOLL_CTL_ADD, child.Descriptor, LibC.EPOLLIN);
    }

    /// <summary>Tells those that have ended.</summary>
    public void Collect()
    {
        const int Most = 64;
        var events = stackalloc epoll_event[Most];
        for (var count = Most; count == Most;)
        {
            count = LibC.epoll_wait(Descriptor, events, Most, 0);
            for (var i = 0; i < count; i++)
                Look((int)events[i].data.u64, isGone: ((int)events[i].events & LibC.EPOLLHUP) != 0);
        }
    }

    /// <summary>How the process of a pidfd has ended; null: it has not, nobody has reaped it, or this kernel does not tell.</summary>
    public static ExitStatus? EndOf(int pidfd)
    {
        var info = new pidfd_h.pidfd_info { mask = pidfd_h.PIDFD_INFO_EXIT };
        return pidfd_h.ioctl_info(pidfd, pidfd_h.PIDFD_GET_INFO, &info) == 0 && (info.mask & pidfd_h.PIDFD_INFO_EXIT) != 0 ? ExitStatus.Decode(info.exit_code) : null;
    }

    private void Look(int pidfd, bool isGone)
    {
        if (!_watched.TryGetValue(pidfd, out var watched))
            return;
        var status = EndOf(pidfd);
        if (status is not null || isGone)
        {
            End(pidfd, status);
            return;
        }

        // A zombie: EPOLLHUP, which needs no asking, comes with the reap.
        Control(LibC.EPOLL_CTL_MOD, pidfd, 0);
        if (watched.Limit is null)
            _watched[pidfd] = (watched.Child, _time.CreateTimer(_ => _inbox.Post(new AdoptedOverdue(watched.Child.SpawnId)), null, _patience, Timeout.InfiniteTimeSpan));
    }

    /// <summary>One that has ended is not reaped: its end is told without a status.</summary>
    public void GiveUp(long spawnId)
    {
        foreach (var (pidfd, (child, _)) in _watched.ToList())
        {
            if (child.SpawnId == spawnId)
                End(pidfd, EndOf(pidfd));
        }
    }

    private void End(int pidfd, ExitStatus? status)
    {
        _watched.Remove(pidfd, out var watched);
        watched.Limit?.Dispose();
        Control(LibC.EPOLL_CTL_DEL, pidfd, 0);
        watched.Child.AfterReap();
        _inbox.Post(new ChildExited(watched.Child.SpawnId, status, default, watched.Child.HasLeftovers()));
    }

    private void Control(int operation, int pidfd, int events)
    {
        var change = new epoll_event { events = events };
        change.data.u64 = (ulong)pidfd;
        _ = LibC.epoll_ctl(Descriptor, operation, pidfd, &change);
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.close(Descriptor);
}
