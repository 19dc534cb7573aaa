using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;

namespace Supervisor.Logs;

/// <summary>Makes lines of the pieces of a ring. One per reader; a line that is not over yet is carried to the next call.</summary>
internal sealed class LineAssembler
{
    private readonly Carry[] _carries = [new(), new()];

    /// <summary>Forgets unfinished lines: what follows is not their continuation.</summary>
    public void Reset()
    {
        foreach (var carry in _carries)
        {
            carry.Bytes.Clear();
            carry.Open = false;
        }
    }

    /// <summary>Adds the lines that records complete, oldest first, from a byte offset on.</summary>
    public void Add(ReadOnlySpan<byte> records, List<LogLine> lines)
    {
        while (!records.IsEmpty)
        {
            var record = MemoryMarshal.Read<RingRecord>(records);
            var header = Unsafe.SizeOf<RingRecord>();
            Add(record, records.Slice(header, record.Length), lines);
            records = records[(header + record.Length)..];
        }
    }

    /// <summary>Ends the lines that are not over, for a reader that does not wait for their rest.</summary>
    public void Finish(List<LogLine> lines)
    {
        for (var i = 0; i < _carries.Length; i++)
        {
            if (_carries[i].Bytes.Count > 0)
            {
                lines.Add(_carries[i].Take((LogStream)i, []));
            }
        }
    }

    private void Add(RingRecord record, ReadOnlySpan<byte> text, List<LogLine> lines)
    {
        var carry = _carries[(int)record.Stream];
        if (record.StartsLine == 0 && !carry.Open)
        {
            // The start of this line has left the ring.
            var end = text.IndexOf((byte)'\n');
            text = end < 0 ? [] : text[(end + 1)..];
            carry.Open = end >= 0;
        }

        while (!text.IsEmpty)
        {
            if (carry.Bytes.Count == 0)
            {
                carry.At = DateTimeOffset.FromUnixTimeMilliseconds(record.At);
            }

            var end = text.IndexOf((byte)'\n');
            if (end < 0)
            {
                carry.Bytes.AddRange(text);
                carry.Open = true;
                return;
            }

            lines.Add(carry.Take(record.Stream, text[..end]));
            carry.Open = true;
            text = text[(end + 1)..];
        }
    }

    private sealed class Carry
    {
        public List<byte> Bytes { get; } = [];

        public DateTimeOffset At { get; set; }

        // Whether what comes next continues what this reader has seen.
        public bool Open { get; set; }

        public LogLine Take(LogStream stream, ReadOnlySpan<byte> rest)
        {
            Bytes.AddRange(rest);
            var line = new LogLine(At, stream, Bytes.ToArray());
            Bytes.Clear();
            return line;
        }
    }
}
