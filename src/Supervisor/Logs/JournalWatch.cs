using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>Has epoll say when journald takes more, while somebody waits for it. The socket may be another each time.</summary>
/// <param name="socket">The connection.</param>
/// <param name="control">epoll_ctl: operation and descriptor.</param>
internal sealed class JournalWatch(JournalSocket socket, Action<int, int> control)
{
    // A closed descriptor leaves the set by itself, and its number may come again: the connection tells.
    private int _watched;

    /// <summary>Begins or ends.</summary>
    public void Watch(bool wanted)
    {
        var isWatched = socket.Descriptor >= 0 && _watched == socket.Connection;
        if (wanted == isWatched || socket.Descriptor < 0)
        {
            return;
        }

        control(wanted ? LibC.EPOLL_CTL_ADD : LibC.EPOLL_CTL_DEL, socket.Descriptor);
        _watched = wanted ? socket.Connection : 0;
    }
}
