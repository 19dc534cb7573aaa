using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>
/// The thread that reads every pipe. It waits in epoll; a wake-up means output, a command, a console that takes more, or, only while a disk
/// refuses, that it is time to try again.
/// </summary>
internal sealed unsafe partial class LogThread : IDisposable
{
    private const ulong CommandTag = ulong.MaxValue;
    private const ulong ConsoleTag = ulong.MaxValue - 1;
    private const ulong JournalTag = ulong.MaxValue - 2;
    private const int EventCount = 64;
    private const int FirstRetryMilliseconds = 1000;
    private const int LastRetryMilliseconds = 30_000;
    private const int LastFlushMilliseconds = 1000;

    // Output that comes in drops keeps us awake: then it is let run together for a moment.
    private const int Drops = 16 * 1024;
    private const int RestAfterDrops = 1; // millisecond

    private readonly ConcurrentQueue<LogCommand> _commands = new();
    private readonly IEngineInbox _inbox;
    private readonly TimeProvider _time;
    private readonly LogPump _pump;
    private readonly ConsoleOutput _console;
    private readonly LogSinks _sinks;
    private readonly JournalWatch _journal;
    private readonly PipeTable _table = new();
    private readonly BusyPipes _busy;
    private readonly Action _doCommands;
    private readonly Action<LogPipe, bool> _settleBusy;
    private readonly int _epoll;
    private readonly int _event;
    private readonly Thread _thread;
    private int _woken;
    private int _paused;
    private long _retryAt;
    private bool _consoleWatched;
    private int _journalTurn;
    private bool _stopped;

    public LogThread(LogSinks sinks, IEngineInbox inbox, TimeProvider time)
    {
        (_sinks, _inbox, _console, _time, _pump) = (sinks, inbox, sinks.Console, time, new(time, inbox, sinks.Transfer));
        (_busy, _doCommands, _settleBusy) = (new(_pump, time), () => DoCommands(), SettleBusy);
        _journal = new(sinks.Journal, (operation, fd) => Control(operation, fd, LibC.EPOLLOUT, JournalTag));
        _epoll = Checked("epoll_create1", LibC.epoll_create1(LibC.EPOLL_CLOEXEC));
        _event = Checked("eventfd", LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK));
        Control(LibC.EPOLL_CTL_ADD, _event, LibC.EPOLLIN, CommandTag);
        _thread = new(Run) { Name = "logs", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Bytes that the log thread has allocated, as of its last command; for the test that it does not.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Commands that it has not come to yet.</summary>
    public int Waiting => _commands.Count;

    /// <summary>Where drains are answered.</summary>
    public IEngineInbox Inbox => _inbox;

    /// <summary>Queues a command. Never blocks.</summary>
    /// <param name="command">What to do, after all that was queued before.</param>
    public void Post(LogCommand command)
    {
        _commands.Enqueue(command);
        // One wake-up for however many commands come before it looks.
        if (Interlocked.Exchange(ref _woken, 1) == 0)
        {
            ulong one = 1;
            _ = LibC.write(_event, &one, sizeof(ulong));
        }
    }

    /// <summary>Ends the thread after all commands so far.</summary>
    public void Dispose()
    {
        Post(new(LogCommandKind.Stop, null));
        _thread.Join();
        _ = LibC.close(_epoll);
        _ = LibC.close(_event);
    }

    private void Run()
    {
        var events = stackalloc epoll_event[EventCount];
        while (!_stopped)
        {
            if (_busy.Any)
            {
                // As below: what a command has asked for comes before what was written after it.
                _busy.Read(_doCommands, _settleBusy);
            }

            var asleep = _time.GetTimestamp();
            var count = LibC.epoll_wait(_epoll, events, EventCount, NextTimeout());
            var waited = _time.GetElapsedTime(asleep);
            var moved = 0;
            // After a command, what the kernel had named before is out of date: a pipe may be drained, and have the next run's output. It is named again.
            for (var (i, isStale) = (0, false); i < count && !isStale; i++)
            {
                var tag = events[i].data.u64;
                isStale = tag == CommandTag ? TakeCommands() : DoCommands();
                moved += isStale ? 0 : Handle(tag);
            }

            FlushConsole();
            // By a deadline, not by a wait that ends empty: another job that floods would put that off for ever.
            if (_paused > 0 && Environment.TickCount64 >= _retryAt)
            {
                RetryPaused();
            }

            if (_busy.Any)
            {
                Rest(_busy.Rest);
            }
            else if (moved is > 0 and < Drops && waited.TotalMilliseconds < RestAfterDrops)
            {
                Rest(RestAfterDrops);
            }
        }
    }

    // A command (an engine that waits for a drain) ends it.
    private void Rest(int milliseconds)
    {
        if (milliseconds > 0)
        {
            var poll = new pollfd { fd = _event, events = LibC.POLLIN };
            _ = LibC.poll(&poll, 1, milliseconds);
        }
    }

    private int NextTimeout() => _busy.Any ? 0 : _paused > 0 && _retryAt < long.MaxValue ? (int)Math.Max(0, _retryAt - Environment.TickCount64) : -1;

    // Bytes moved.
    private int Handle(ulong tag)
    {
        if (tag == JournalTag)
        {
            ResumeJournal();
        }
        else if (tag is not (ConsoleTag or CommandTag) && _table.Find(tag) is { } entry)
        {
            var moved = _pump.Once(entry.Pipe, entry.Log, out _);
            Settle(entry.Pipe);
            if (BusyPipes.IsStream(moved) && !entry.Pipe.IsPaused)
            {
                Control(LibC.EPOLL_CTL_DEL, entry.Pipe.ReadEnd, 0, tag);
                _busy.Add(entry.Pipe, entry.Log);
            }

            return moved;
        }

        return 0;
    }

    private void SettleBusy(LogPipe pipe, bool isDry)
    {
        Settle(pipe);
        if (isDry && pipe.IsBusy)
        {
            _busy.Remove(pipe);
            Control(LibC.EPOLL_CTL_ADD, pipe.ReadEnd, LibC.EPOLLIN, pipe.Tag);
        }
    }

    private bool TakeCommands()
    {
        ulong count;
        _ = LibC.read(_event, &count, sizeof(ulong));
        Interlocked.Exchange(ref _woken, 0); // before it looks: what is queued from now on wakes it again
        var any = DoCommands();
        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread();
        return any;
    }

    // Whether there were any.
    private bool DoCommands()
    {
        var any = false;
        while (_commands.TryDequeue(out var command))
        {
            Do(command);
            any = true;
        }

        return any;
    }

    // journald takes more. Not always the same pipe first, or it would take all the room.
    private void ResumeJournal()
    {
        var waits = false;
        for (var i = 0; i < _table.Slots; i++)
        {
            if (_table.At((_journalTurn + i) % _table.Slots) is { Pipe: { IsPaused: true, Sink: JournalSink } pipe } entry)
            {
                LogPump.Retry(pipe, entry.Log);
                Settle(pipe);
                waits |= pipe.IsPaused;
            }
        }

        _journalTurn = _table.Slots == 0 ? 0 : (_journalTurn + 1) % _table.Slots;
        _journal.Watch(waits);
    }

    // Reads a pipe on or stops reading it, as its sink says.
    private void Settle(LogPipe pipe)
    {
        var pause = !pipe.Sink!.Accepts;
        if (pause == pipe.IsPaused)
        {
            return;
        }

        pipe.IsPaused = pause;
        _paused += pause ? 1 : -1;
        if (pause)
        {
            pipe.RetryAfter = FirstRetryMilliseconds;
            pipe.RetryAt = pipe.Sink.RetriesByTime ? Environment.TickCount64 + FirstRetryMilliseconds : long.MaxValue;
            _retryAt = Math.Min(_paused == 1 ? long.MaxValue : _retryAt, pipe.RetryAt);
            if (pipe.Sink is JournalSink)
            {
                _journal.Watch(true);
            }
        }

        // Our own write end keeps EPOLLHUP away, which no mask can.
        Control(pipe.IsBusy ? LibC.EPOLL_CTL_ADD : LibC.EPOLL_CTL_MOD, pipe.ReadEnd, pause ? 0 : LibC.EPOLLIN, pipe.Tag);
        _busy.Remove(pipe);
    }

    private void RetryPaused()
    {
        var now = Environment.TickCount64;
        _retryAt = long.MaxValue;
        foreach (var (pipe, log) in _table.All)
        {
            if (pipe.IsPaused && pipe.RetryAt <= now)
            {
                pipe.RetryAfter = Math.Min(pipe.RetryAfter * 2, LastRetryMilliseconds);
                pipe.RetryAt = now + pipe.RetryAfter;
                LogPump.Retry(pipe, log);
                Settle(pipe);
            }

            _retryAt = pipe.IsPaused ? Math.Min(_retryAt, pipe.RetryAt) : _retryAt;
            if (pipe is { IsPaused: true, Sink: JournalSink })
            {
                // The connection may be another by now.
                _journal.Watch(true);
            }
        }
    }

    private void FlushConsole()
    {
        if (!_console.IsStalled && !_consoleWatched)
        {
            return;
        }

        _console.Flush();
        if (_console.IsStalled != _consoleWatched)
        {
            _consoleWatched = !_consoleWatched;
            var change = _consoleWatched ? LibC.EPOLL_CTL_ADD : LibC.EPOLL_CTL_DEL;
            Control(change, _console.Descriptor, LibC.EPOLLOUT, ConsoleTag);
        }

        if (_paused > 0 && (!_console.IsFull || _console.Errno != 0))
        {
            foreach (var (pipe, _) in _table.All)
            {
                if (pipe is { IsPaused: true, Sink: ConsoleSink })
                {
                    Settle(pipe);
                }
            }
        }
    }

    private void Control(int operation, int fd, int events, ulong tag)
    {
        var change = new epoll_event { events = events };
        change.data.u64 = tag;
        _ = LibC.epoll_ctl(_epoll, operation, fd, &change);
    }

    private static int Checked(string call, int result) => result >= 0 ? result : throw new ErrnoException(call, Marshal.GetLastPInvokeError());
}
