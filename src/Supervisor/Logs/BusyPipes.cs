namespace Supervisor.Logs;

/// <summary>
/// The pipes through which output streams. They are read by the clock and are not in the epoll set meanwhile: the kernel tells a set of every single write
/// to a pipe in it, which costs a job that writes line by line a fifth of its speed. One that runs dry goes back into the set.
/// </summary>
/// <param name="pump">Reads them.</param>
/// <param name="time">The clock.</param>
internal sealed class BusyPipes(LogPump pump, TimeProvider time)
{
    private const int LongestRest = 2; // milliseconds: who bursts then may have to wait that long

    private const int Most = 32 * 1024; // at once, out of a pipe that was waited for: it streams
    private const int Least = 4 * 1024; // in a turn: it does not

    private readonly List<(LogPipe Pipe, JobLog Log)> _pipes = [];
    private long _read;

    /// <summary>Whether there is any.</summary>
    public bool Any => _pipes.Count > 0;

    /// <summary>Milliseconds after which none of them will be half full, going by what has come through since the last look.</summary>
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
        isEmpty ? (int)Math.Min(LongestRest, elapsed * capacity / 2 / Math.Max(moved, 1)) : 0;

    /// <summary>Takes one in, which is in no set.</summary>
    public void Add(LogPipe pipe, JobLog log)
    {
        if (!Any)
        {
            _read = time.GetTimestamp();
        }

        Rest = 0; // how much comes through it is not known yet
        pipe.IsBusy = true;
        _pipes.Add((pipe, log));
    }

    /// <summary>Lets one go.</summary>
    public void Remove(LogPipe pipe)
    {
        if (pipe.IsBusy)
        {
            pipe.IsBusy = false;
            _pipes.RemoveAll(entry => entry.Pipe == pipe);
        }
    }

    /// <summary>Reads all of them.</summary>
    /// <param name="settle">Does what follows from what was read; whether the pipe ran dry.</param>
    public void Read(Action<LogPipe, bool> settle)
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_read, now).TotalMilliseconds;
        (_read, Rest) = (now, LongestRest);
        for (var i = _pipes.Count - 1; i >= 0; i--)
        {
            var (pipe, log) = _pipes[i];
            var moved = pump.Once(pipe, log, out var isEmpty);
            Rest = Math.Min(Rest, RestAfter(moved, isEmpty, elapsed, pipe.Capacity));
            settle(pipe, moved < Least);
        }
    }
}
