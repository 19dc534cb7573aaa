using System.Runtime.InteropServices;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Engine;

/// <summary>The engine's sleep on the kernel: an eventfd for facts, a timerfd for the next deadline, one that tells of a clock that was set, and poll(2) on them.</summary>
public sealed unsafe class Wakeup : IWakeup, IDisposable
{
    // Some half a dozen starts.
    private const int RestMilliseconds = 1;

    private readonly EngineClock _clock;
    private readonly int _event;
    private readonly int _timer;
    private readonly int _wallClock;
    private readonly List<(int Descriptor, Action Readable)> _watched = [];
    private (int Descriptor, Action HungUp) _hangUp = (-1, () => { });
    private TimeSpan? _armedFor;

    /// <summary>Makes both descriptors.</summary>
    public Wakeup(EngineClock clock)
    {
        _clock = clock;
        _event = Checked("eventfd", LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK));
        _timer = Checked("timerfd_create", TimerFd.timerfd_create(TimerFd.CLOCK_MONOTONIC, TimerFd.TFD_CLOEXEC | TimerFd.TFD_NONBLOCK));
        _wallClock = Checked("timerfd_create", TimerFd.timerfd_create(TimerFd.CLOCK_REALTIME, TimerFd.TFD_CLOEXEC | TimerFd.TFD_NONBLOCK));
        WatchWallClock();
    }

    /// <summary>Sleeps on one more descriptor: <paramref name="readable"/> is called on the engine thread when it is. Before the engine runs.</summary>
    public void Watch(int descriptor, Action readable) => _watched.Add((descriptor, readable));

    /// <summary>Sleeps on the end of a terminal too, whatever is typed there: <paramref name="hungUp"/> is called once, on the engine thread. Before the engine runs.</summary>
    public void WatchHangUp(int descriptor, Action hungUp) => _hangUp = (descriptor, hungUp);

    /// <inheritdoc/>
    public void Wake()
    {
        ulong one = 1;
        LibC.write(_event, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public bool Sleep(TimeSpan? until)
    {
        Arm(until);
        const int Own = 4;
        var fds = stackalloc pollfd[Own + _watched.Count];
        fds[0] = new pollfd { fd = _event, events = LibC.POLLIN };
        fds[1] = new pollfd { fd = _timer, events = LibC.POLLIN };
        fds[2] = new pollfd { fd = _wallClock, events = LibC.POLLIN };
        // POLLHUP comes unasked; poll(2) passes over -1.
        fds[3] = new pollfd { fd = _hangUp.Descriptor };
        for (var i = 0; i < _watched.Count; i++)
        {
            fds[Own + i] = new pollfd { fd = _watched[i].Descriptor, events = LibC.POLLIN };
        }

        // Returning early is harmless: the engine looks, finds nothing and sleeps again.
        _ = LibC.poll(fds, (uint)(Own + _watched.Count), -1);
        ulong count;
        if (fds[0].revents != 0)
        {
            LibC.read(_event, &count, sizeof(ulong));
        }

        if (fds[1].revents != 0)
        {
            LibC.read(_timer, &count, sizeof(ulong));
            _armedFor = null;
        }

        if (fds[3].revents != 0)
        {
            var (_, hungUp) = _hangUp;
            _hangUp = (-1, () => { });
            hungUp();
        }

        for (var i = 0; i < _watched.Count; i++)
        {
            if (fds[Own + i].revents != 0)
            {
                _watched[i].Readable();
            }
        }

        if (fds[2].revents == 0)
        {
            return false;
        }

        // ECANCELED: that is the news. It says so once; the timer is set anew for the next time.
        LibC.read(_wallClock, &count, sizeof(ulong));
        WatchWallClock();
        return true;
    }

    /// <inheritdoc/>
    public void Rest() => _ = LibC.poll(null, 0, RestMilliseconds);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = LibC.close(_event);
        _ = LibC.close(_timer);
        _ = LibC.close(_wallClock);
    }

    // Due in the year 2200; what matters is that the kernel cancels it when somebody sets the clock, or the machine wakes up.
    private void WatchWallClock()
    {
        var spec = new TimerFd.itimerspec { it_value_sec = 7_258_118_400 };
        if (TimerFd.timerfd_settime(_wallClock, TimerFd.TFD_TIMER_ABSTIME | TimerFd.TFD_TIMER_CANCEL_ON_SET, &spec, null) < 0)
        {
            throw new ErrnoException("timerfd_settime", Marshal.GetLastPInvokeError());
        }
    }

    private void Arm(TimeSpan? until)
    {
        if (until == _armedFor)
        {
            return;
        }

        var spec = default(TimerFd.itimerspec);
        if (until is { } at)
        {
            // One nanosecond at least: zero would disarm the timer of a deadline that is due already.
            var ticks = Math.Max(1, (at - _clock.Now.Monotonic).Ticks);
            spec.it_value_sec = ticks / TimeSpan.TicksPerSecond;
            spec.it_value_nsec = ticks % TimeSpan.TicksPerSecond * 100;
        }

        if (TimerFd.timerfd_settime(_timer, 0, &spec, null) < 0)
        {
            throw new ErrnoException("timerfd_settime", Marshal.GetLastPInvokeError());
        }

        _armedFor = until;
    }

    private static int Checked(string call, int result) => result >= 0 ? result : throw new ErrnoException(call, Marshal.GetLastPInvokeError());
}
