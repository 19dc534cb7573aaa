namespace Supervisor.Logs;

/// <summary>
/// The pipes through which output streams. They are read by the clock and are not in the epoll set meanwhile: the kernel tells a set of every single write
/// to a pipe in it, which costs a job that writes line by line a fifth of its speed. One that runs dry goes back into the set.
/// </summary>
/// <param name="pump">Reads them.</param>
/// <param name="time">The clock.</param>
internal sealed class BusyPipes(LogPump pump, TimeProvider time)
{
    // Milliseconds. Who bursts during a rest may have to wait that long.
    private const int FirstRest = 1;
    private const int LongestRest = 2;

    private const int Most = 32 * 1024; // at once, out of a pipe that was waited for: it streams
    private const int Least = 4 * 1024; // in a millisecond or more: it does not

    private readonly List<(LogPipe Pipe, JobLog Log)> _pipes = [];
    private long _read;

    /// <summary>Whether there is any.</summary>
    public bool Any => _pipes.Count > 0;

    /// <summary>
    /// Milliseconds after which none of them will be a third full, going by what has come through since the last look. (Lines are not split over pages: some of a
    /// bit more than 2 KiB fill a pipe with half of what it holds.)
    /// </summary>
    public int Rest { get; private set; }

    /// <summary>Whether so much at once makes a pipe one of them.</summary>
    public static bool IsStream(int moved) => moved >= Most;

    /// <summary>How long a pipe may be left alone.</summary>
    /// <param name="moved">Bytes that came out of it.</param>
    /// <param name="isEmpty">Whether that was all: if not, nobody knows how many came in.</param>
    /// <param name="elapsed">Milliseconds in which they came.</param>
    /// <param name="capacity">Bytes that it holds.</param>
    /// <returns>Milliseconds.</returns>
    public static int RestAfter(int moved, bool isEmpty, double elapsed, int capacity) =>
        isEmpty ? (int)Math.Min(LongestRest, elapsed * capacity / 3 / Math.Max(moved, 1)) : 0;

    /// <summary>Takes one in, which is in no set and has just been read. It is read again after a rest: only then is known how much comes through it.</summary>
    public void Add(LogPipe pipe, JobLog log)
    {
        Rest = Any ? Math.Min(Rest, FirstRest) : FirstRest;
        if (!Any)
        {
            _read = time.GetTimestamp();
        }

        pipe.IsBusy = true;
        _pipes.Add((pipe, log));
    }

    /// <summary>Lets one go.</summary>
    public void Remove(LogPipe pipe)
    {
        for (var i = pipe.IsBusy ? _pipes.Count - 1 : -1; i >= 0; i--)
        {
            if (_pipes[i].Pipe == pipe)
            {
                pipe.IsBusy = false;
                _pipes.RemoveAt(i);
            }
        }
    }

    /// <summary>Reads all of them.</summary>
    /// <param name="prepare">Called before each is read; may let some go.</param>
    /// <param name="settle">Does what follows from what was read; whether the pipe ran dry.</param>
    public void Read(Action prepare, Action<LogPipe, bool> settle)
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_read, now).TotalMilliseconds;
        (_read, Rest) = (now, LongestRest);
        for (var next = _pipes.Count; next > 0;)
        {
            prepare();
            next = Math.Min(next, _pipes.Count) - 1;
            if (next < 0)
            {
                break;
            }

            var (pipe, log) = _pipes[next];
            var moved = pump.Once(pipe, log, out var isEmpty);
            Rest = Math.Min(Rest, RestAfter(moved, isEmpty, elapsed, pipe.Capacity));
            settle(pipe, isEmpty && moved < Least && elapsed >= FirstRest);
        }
    }
}
