using System.Runtime.InteropServices;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>
/// The supervisor's standard output, shared by all jobs that log to the console. Never blocks: before each write poll(2) says whether the
/// reader takes more, and a write is no larger than what a pipe then takes for certain. O_NONBLOCK is not used, because it would change the
/// terminal for everybody who shares it.
/// </summary>
internal sealed unsafe class ConsoleOutput
{
    /// <summary>The most that waits for a reader that has stopped; beyond it lines are refused (plus one line, for the one that crosses it).</summary>
    public const int Limit = 2 * 1024 * 1024;

    private const int HighWater = 256 * 1024;
    private const int DrainWater = 1024 * 1024;
    private const int PipeBuf = 4096;

    private readonly int _fd;
    private readonly bool _canStall;
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    public ConsoleOutput(int fd, bool colours)
    {
        _fd = fd;
        Colours = colours;
        stat status;
        _canStall = LibC.fstat(fd, &status) == 0 && ((uint)status.st_mode & 0xF000) != 0x8000;
    }

    /// <summary>Whether prefixes are coloured.</summary>
    public bool Colours { get; }

    /// <summary>The descriptor.</summary>
    public int Descriptor => _fd;

    /// <summary>Width of the longest name so far: prefixes are padded to it.</summary>
    public int Width { get; set; }

    /// <summary>errno of the failure that ended it (a closed output); 0: it works.</summary>
    public int Errno { get; private set; }

    /// <summary>Whether the reader has stopped and something waits for it.</summary>
    public bool IsStalled => _end > _start && Errno == 0;

    /// <summary>Whether more should be held back.</summary>
    public bool IsFull => _end - _start >= HighWater;

    /// <summary>Whether drains, too, should leave the rest in the pipes.</summary>
    public bool IsFullForDrains => _end - _start >= DrainWater;

    /// <summary>Whether no line may be added.</summary>
    public bool IsAtLimit => _end - _start >= Limit;

    /// <summary>What waits for the reader.</summary>
    public byte[] Waiting => _buffer[_start.._end];

    /// <summary>Takes the bytes that waited and cannot be written any more, to be counted: all when it has failed or <paramref name="all"/>.</summary>
    public int TakeLost(bool all)
    {
        var lost = all || Errno != 0 ? _end - _start : 0;
        (_start, _end) = lost > 0 ? (0, 0) : (_start, _end);
        return lost;
    }

    /// <summary>Waits for a reader that has stopped, as long as it goes on reading, at most so many milliseconds for each piece.</summary>
    public void FlushPatiently(int milliseconds)
    {
        do
        {
            Flush();
        }
        while (IsStalled && TakesMore(milliseconds));
    }

    /// <summary>Adds bytes; only whole lines are handed over in one go.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (Errno != 0)
        {
            return;
        }

        if (_end + bytes.Length > _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end + bytes.Length > _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Max(_end + bytes.Length, Math.Max(16 * 1024, _buffer.Length * 2)));
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Writes as much as the reader takes now.</summary>
    public void Flush()
    {
        while (IsStalled && TakesMore(0))
        {
            var length = _canStall ? Math.Min(PipeBuf, _end - _start) : _end - _start;
            long written;
            fixed (byte* start = &_buffer[_start])
            {
                written = (long)LibC.write(_fd, start, length);
            }

            if (written >= 0)
            {
                _start += (int)written;
                continue;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno == Linux.Errno.EAGAIN)
            {
                return;
            }

            if (errno != Linux.Errno.EINTR)
            {
                Errno = errno;
            }
        }

        if (_start == _end)
        {
            // A buffer that a stopped reader has made large is given back.
            _buffer = _buffer.Length > HighWater ? [] : _buffer;
            (_start, _end) = (0, 0);
        }
    }

    private bool TakesMore(int milliseconds)
    {
        if (!_canStall)
        {
            return true;
        }

        var poll = new pollfd { fd = _fd, events = LibC.POLLOUT };
        return LibC.poll(&poll, 1, milliseconds) > 0;
    }
}
