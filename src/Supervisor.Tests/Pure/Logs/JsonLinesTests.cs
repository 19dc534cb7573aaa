using System.Text;
using System.Text.Json;
using CsCheck;
using Supervisor.Jobs.Ports;
using Supervisor.Logs;

namespace Supervisor.Tests.Pure.Logs;

public class JsonLinesTests
{
    private const long At = 1795561813007;

    [Fact]
    public void A_line_is_an_object_with_its_time_job_instance_attempt_and_stream()
    {
        var lines = new JsonLines(new(), new("web", 2, IsNumbered: true), LogStream.Stderr);
        lines.BeginRun(new(7, "x", 1));

        Assert.Equal(
            """{"time":"2026-11-24T23:10:13.007Z","job":"web","instance":2,"attempt":7,"stream":"stderr","message":"a \"b\" \\ \t\u0001\u007f é"}""" + "\n",
            Format(lines, "a \"b\" \\ \t\u0001\u007f é\n"u8.ToArray()));
    }

    [Fact]
    public void Any_bytes_in_any_pieces_become_objects_that_say_what_Utf8_makes_of_them() =>
        Gen.Select(
            Gen.OneOf(Gen.Byte.Array[0, 60], Gen.String[0, 30].Select(Encoding.UTF8.GetBytes)).Array[0, 6], Gen.Int[1, 7]).Sample((texts, piece) =>
            {
                byte[] text = [.. texts.SelectMany(line => line.Where(b => b != '\n').Append((byte)'\n'))];
                var lines = Format(New(), text, piece).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                var expected = texts.Select(line => Encoding.UTF8.GetString([.. line.Where(b => b != '\n')]));
                return expected.SequenceEqual(lines.Select(Message));
            });

    [Theory]
    [InlineData(65_535, 1)]
    [InlineData(65_536, 1)]
    [InlineData(65_537, 2)]
    [InlineData(1_000_000, 16)]
    public void A_long_line_becomes_several_objects_all_but_the_last_partial(int length, int objects)
    {
        var text = new string('\u0002', length);
        var lines = Format(New(), Encoding.UTF8.GetBytes(text + "\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(objects, lines.Length);
        Assert.Equal(text, string.Concat(lines.Select(Message)));
        Assert.All(lines[..^1], line => Assert.EndsWith(",\"partial\":true}", line));
        Assert.DoesNotContain("partial", lines[^1]);
    }

    [Fact]
    public void A_character_at_the_border_of_two_objects_is_not_cut()
    {
        var text = new string('x', 65_535) + "é" + "y";
        var lines = Format(New(), Encoding.UTF8.GetBytes(text + "\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal([65_536, 1], lines.Select(line => Message(line).Length));
        Assert.Equal(text, string.Concat(lines.Select(Message)));
    }

    private static JsonLines New() => new(new(), new("web"), LogStream.Stdout);

    private static string Message(string json) => JsonDocument.Parse(json).RootElement.GetProperty("message").GetString()!;

    private static string Format(JsonLines lines, byte[] text, int piece = int.MaxValue)
    {
        var all = new StringBuilder();
        for (var start = 0; start < text.Length; start += Math.Min(piece, text.Length - start))
        {
            for (var rest = text.AsSpan(start, Math.Min(piece, text.Length - start)); !rest.IsEmpty;)
            {
                all.Append(Encoding.UTF8.GetString(lines.Next(rest, At, out var taken)));
                Assert.True(taken > 0);
                rest = rest[taken..];
            }
        }

        return all.ToString();
    }
}
