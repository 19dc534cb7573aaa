using Supervisor.Engine;
using Supervisor.Linux;

namespace Supervisor.Hosting;

/// <summary>
/// The terminal that we were started on, if any. When it is closed the kernel or the shell sends us SIGHUP, which means "end" there and "re-read the configuration" everywhere
/// else; an open descriptor of it tells the one from the other (docs/adr/0023).
/// </summary>
internal sealed unsafe class ControllingTerminal : IDisposable
{
    private readonly int _descriptor;
    private readonly HangUp _hangUp;

    private ControllingTerminal(int descriptor, TimeProvider time) => (_descriptor, _hangUp) = (descriptor, new(time));

    /// <summary>Opens it; without one (a service, a container, after setsid) nothing ever comes of it.</summary>
    public static ControllingTerminal Open(TimeProvider time) =>
        new(fcntl_h.open("/dev/tty", fcntl_h.O_RDONLY | fcntl_h.O_NOCTTY | fcntl_h.O_NONBLOCK | fcntl_h.O_CLOEXEC, 0), time);

    /// <summary>Notices when it is closed; <paramref name="closed"/> is called then, once, on the engine thread, with whether a SIGHUP just before was that of the terminal.</summary>
    public void Watch(Wakeup wakeup, Action<bool> closed)
    {
        if (_descriptor >= 0)
        {
            wakeup.WatchHangUp(_descriptor, () => closed(_hangUp.Seen()));
        }
    }

    /// <summary>Whether a SIGHUP that comes now is that of the terminal.</summary>
    public bool SendsHangUp() => _descriptor >= 0 && _hangUp.Explains(IsClosed());

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = unistd_h.close(_descriptor);
        }
    }

    // The kernel marks the terminal before it sends the signal.
    private bool IsClosed()
    {
        var poll = new poll_h.pollfd { fd = _descriptor };
        return poll_h.poll(&poll, 1, 0) > 0 && (poll.revents & poll_h.POLLHUP) != 0;
    }
}
