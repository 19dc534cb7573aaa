using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;

namespace Supervisor.Logs;

/// <summary>
/// The last output of a job, in memory: raw pieces as they arrived, cut into lines only when somebody reads. The log thread appends, any
/// thread copies; both hold the lock for a copy of at most 64 KiB. Nothing is allocated but to grow, in powers of two up to the limit.
/// </summary>
internal sealed class LineRing
{
    /// <summary>The most that is kept, headers included.</summary>
    public const int Capacity = 64 * 1024;

    /// <summary>The most that is kept of one line.</summary>
    public const int LongestLine = 16 * 1024;

    private const int Smallest = 1024;
    private const int LargestMerge = 8 * 1024;

    private static readonly int _header = Unsafe.SizeOf<RingRecord>();

    private readonly Lock _sync = new();
    private byte[] _data = [];
    private long _start;
    private long _end;
    private long _last = -1;
    private long _lostLines;
    private long _allLines;
    private long _runStart;
    private FilePosition _out;
    private FilePosition _error;

    /// <summary>What it has, for the image after this one.</summary>
    /// <param name="most">Bytes of it at most; records stay whole.</param>
    public RingState Save(int most)
    {
        lock (_sync)
        {
            while (_end - _start > most)
            {
                Evict();
            }
        }

        var copy = Copy(0);
        return new()
        {
            Bytes = copy.Bytes,
            End = copy.End,
            LostLines = copy.LostLines,
            AllLines = copy.AllLines,
            RunStart = copy.RunStart,
            Out = copy.Out,
            Error = copy.Error,
        };
    }

    /// <summary>Goes on where that of an earlier image has stopped.</summary>
    public void Restore(RingState left)
    {
        lock (_sync)
        {
            (_start, _end) = (left.End - left.Bytes.Length, left.End - left.Bytes.Length);
            MakeRoom(left.Bytes.Length);
            Set(_end, left.Bytes);
            _end = left.End;
            (_lostLines, _allLines, _runStart) = (left.LostLines, left.AllLines, left.RunStart);
            (_out, _error) = (left.Out, left.Error);
        }
    }

    /// <summary>Marked on a line of which only the start is kept.</summary>
    public static ReadOnlySpan<byte> TruncationMark => " [truncated]"u8;

    /// <summary>Adds what arrived; <paramref name="lines"/>: newlines in it, when the caller has counted them.</summary>
    public void Append(
        LogStream stream, scoped ref LineState state, long at, ReadOnlySpan<byte> chunk, FilePosition file = default, int? lines = null)
    {
        lock (_sync)
        {
            (stream is LogStream.Stdout ? ref _out : ref _error) = file;
            var before = _allLines;
            var rest = Newest(ref state, chunk);
            var passed = chunk[..^rest.Length];
            while (!rest.IsEmpty)
            {
                rest = state.Skipping ? PassOver(stream, ref state, at, rest) : Keep(stream, ref state, at, rest);
            }

            if (!passed.IsEmpty)
            {
                var lost = lines is { } all ? all - (_allLines - before) : LineEnds.Count(passed);
                (_lostLines, _allLines) = (_lostLines + lost, _allLines + lost);
            }
        }
    }

    /// <summary>What had been held is in the file now: there it ends, for who goes on from the file to the ring.</summary>
    public void Wrote(LogStream stream, FilePosition file)
    {
        lock (_sync)
        {
            (stream is LogStream.Stdout ? ref _out : ref _error) = file;
        }
    }

    /// <summary>What comes now is of a new run.</summary>
    public void BeginRun()
    {
        lock (_sync)
        {
            _runStart = _end;
            _last = -1;
        }
    }

    /// <summary>Copies everything from a position on (0: all that is there).</summary>
    public RingCopy Copy(long from)
    {
        lock (_sync)
        {
            var start = Math.Max(from, _start);
            var copy = new byte[_end - start];
            Get(start, copy);
            _last = -1;
            return new(copy, start, _end, _lostLines, _allLines, _runStart, _out, _error);
        }
    }

    // Of a chunk larger than the ring only the end can stay: the lines before it are not even copied.
    private ReadOnlySpan<byte> Newest(scoped ref LineState state, ReadOnlySpan<byte> chunk)
    {
        const int Kept = Capacity - LongestLine;
        if (chunk.Length <= Kept)
        {
            return chunk;
        }

        var cut = chunk.Length - Kept;
        var newline = chunk[cut..].IndexOf((byte)'\n');
        if (newline < 0)
        {
            return chunk;
        }

        cut += newline + 1;
        while (_start < _end)
        {
            Evict();
        }

        _last = -1;
        // The positions go on, so that a follower sees that it has missed something.
        _start = _end = _end + cut;
        state = default;
        return chunk[cut..];
    }

    private ReadOnlySpan<byte> Keep(LogStream stream, scoped ref LineState state, long at, ReadOnlySpan<byte> chunk)
    {
        var window = chunk[..Math.Min(chunk.Length, LongestLine - state.Length)];
        var newline = window.LastIndexOf((byte)'\n');
        var kept = newline < 0 ? window : window[..(newline + 1)];
        Put(stream, state.Length == 0, at, kept);
        state.Length = newline < 0 ? state.Length + kept.Length : 0;
        state.Skipping = state.Length >= LongestLine;
        return chunk[kept.Length..];
    }

    private ReadOnlySpan<byte> PassOver(LogStream stream, scoped ref LineState state, long at, ReadOnlySpan<byte> chunk)
    {
        var newline = chunk.IndexOf((byte)'\n');
        if (newline != 0 && !state.Marked)
        {
            Put(stream, false, at, TruncationMark);
            state.Marked = true;
        }

        if (newline < 0)
        {
            return [];
        }

        Put(stream, false, at, "\n"u8);
        state = default;
        return chunk[(newline + 1)..];
    }

    private void Put(LogStream stream, bool startsLine, long at, ReadOnlySpan<byte> text)
    {
        var lines = LineEnds.Count(text);
        _allLines += lines;
        if (_last >= _start && Record(_last) is var last && last.Stream == stream && last.At == at && last.Length + text.Length <= LargestMerge)
        {
            MakeRoom(text.Length);
            if (_last >= _start)
            {
                last.Length += text.Length;
                last.Lines += lines;
                Set(_last, AsBytes(ref last));
                Set(_end, text);
                _end += text.Length;
                return;
            }
        }

        MakeRoom(_header + text.Length);
        var record = new RingRecord { Length = text.Length, Lines = lines, At = at, Stream = stream, StartsLine = startsLine ? (byte)1 : (byte)0 };
        _last = _end;
        Set(_end, AsBytes(ref record));
        Set(_end + _header, text);
        _end += _header + text.Length;
    }

    private void MakeRoom(int length)
    {
        while (_end - _start + length > Capacity)
        {
            Evict();
        }

        if (_end - _start + length > _data.Length)
        {
            var larger = Math.Max(Smallest, _data.Length);
            while (larger < _end - _start + length)
            {
                larger *= 2;
            }

            var live = new byte[_end - _start];
            Get(_start, live);
            _data = new byte[larger];
            Set(_start, live);
        }
    }

    private void Evict()
    {
        var oldest = Record(_start);
        _lostLines += oldest.Lines;
        _start += _header + oldest.Length;
    }

    private RingRecord Record(long position)
    {
        RingRecord record = default;
        Get(position, AsBytes(ref record));
        return record;
    }

    private static Span<byte> AsBytes(ref RingRecord record) => MemoryMarshal.AsBytes(new Span<RingRecord>(ref record));

    private void Get(long position, Span<byte> into)
    {
        if (into.IsEmpty)
        {
            return;
        }

        var at = (int)(position & (_data.Length - 1));
        var first = Math.Min(into.Length, _data.Length - at);
        _data.AsSpan(at, first).CopyTo(into);
        _data.AsSpan(0, into.Length - first).CopyTo(into[first..]);
    }

    private void Set(long position, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var at = (int)(position & (_data.Length - 1));
        var first = Math.Min(bytes.Length, _data.Length - at);
        bytes[..first].CopyTo(_data.AsSpan(at));
        bytes[first..].CopyTo(_data);
    }
}
