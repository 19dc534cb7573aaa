using System.Text;
using CsCheck;
using Supervisor.Jobs.Ports;
using Supervisor.Logs;

namespace Supervisor.Tests.Pure.Logs;

public class LineRingTests
{
    [Fact]
    public void Any_chunking_of_the_same_bytes_gives_the_same_lines()
    {
        var chunks = Gen.Byte[97, 99].Select(b => b == 99 ? (byte)'\n' : b).Array[0, 30].Array[0, 40];
        chunks.Sample(parts =>
        {
            var whole = parts.SelectMany(p => p).ToArray();
            return LinesOf(parts).SequenceEqual(LinesOf([whole])) && LinesOf([whole]).SequenceEqual(Encoding.ASCII.GetString(whole).Split('\n') is var l && l[^1] == "" ? l[..^1] : l);
        });
    }

    [Fact]
    public void What_does_not_fit_leaves_from_the_old_end_in_whole_lines_and_is_counted()
    {
        var ring = new LineRing();
        var state = default(LineState);
        for (var i = 0; i < 5000; i++)
        {
            ring.Append(LogStream.Stdout, ref state, i, Encoding.ASCII.GetBytes($"line {i:D6}\n"));
        }

        var lines = Lines(ring);
        Assert.InRange(lines.Count, 1000, 4999);
        Assert.Equal("line 004999", lines[^1]);
        Assert.Equal(5000, lines.Count + ring.Copy(0).LostLines);
        Assert.InRange(ring.Copy(0).Bytes.Length, 1, LineRing.Capacity);
    }

    [Fact]
    public void A_chunk_larger_than_the_ring_leaves_its_last_lines_and_every_lost_line_is_counted()
    {
        var ring = new LineRing();
        var state = default(LineState);
        var chunk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20000).Select(i => $"{i:D9}\n")));

        ring.Append(LogStream.Stdout, ref state, 1, "before\n"u8);
        ring.Append(LogStream.Stdout, ref state, 1, chunk);

        var lines = Lines(ring);
        Assert.Equal("000019999", lines[^1]);
        Assert.Equal(20001, lines.Count + ring.Copy(0).LostLines);
    }

    [Theory]
    [InlineData(16384, false)]
    [InlineData(16385, true)]
    [InlineData(3000000, true)]
    public void A_line_too_long_to_keep_is_kept_in_part_and_marked(int length, bool marked)
    {
        var ring = new LineRing();
        var state = default(LineState);
        ring.Append(LogStream.Stdout, ref state, 1, "first\n"u8);
        var text = Enumerable.Repeat((byte)'x', length).ToArray();
        foreach (var part in text.Chunk(50000))
        {
            ring.Append(LogStream.Stdout, ref state, 1, part);
        }

        ring.Append(LogStream.Stdout, ref state, 1, "\nlast\n"u8);

        Assert.Equal(["first", new string('x', Math.Min(length, 16384)) + (marked ? " [truncated]" : ""), "last"], Lines(ring));
    }

    [Fact]
    public void Lines_of_two_streams_do_not_mix()
    {
        var ring = new LineRing();
        var (a, b) = (default(LineState), default(LineState));
        ring.Append(LogStream.Stdout, ref a, 1, "out "u8);
        ring.Append(LogStream.Stderr, ref b, 1, "error\n"u8);
        ring.Append(LogStream.Stdout, ref a, 1, "put\n"u8);

        Assert.Equal(["error", "out put"], Lines(ring));
    }

    private static List<string> LinesOf(byte[][] chunks)
    {
        var ring = new LineRing();
        var state = default(LineState);
        foreach (var chunk in chunks)
        {
            ring.Append(LogStream.Stdout, ref state, 7, chunk);
        }

        return Lines(ring);
    }

    private static List<string> Lines(LineRing ring)
    {
        var lines = new List<LogLine>();
        var assembler = new LineAssembler();
        assembler.Add(ring.Copy(0).Bytes, lines);
        assembler.Finish(lines);
        return lines.ConvertAll(line => Encoding.ASCII.GetString(line.Text.Span));
    }
}
