using System.Text;
using System.Text.Json;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>Makes lines of the text of files: takes off the stamp, or the object, that was put around them.</summary>
internal sealed class LineReader(LogSpec spec, LogStream stream, int longest)
{
    private readonly List<byte> _carry = [];
    private readonly List<byte> _message = [];

    /// <summary>Takes bytes up to the end of a line; null: they have none, or the line goes on.</summary>
    public LogLine? Take(ref ReadOnlyMemory<byte> text)
    {
        var room = longest - _carry.Count;
        var end = text.Span[..Math.Min(room, text.Length)].IndexOf((byte)'\n');
        var taken = end >= 0 ? end : Math.Min(room, text.Length);
        _carry.AddRange(text.Span[..taken]);
        text = text[(end >= 0 ? taken + 1 : taken)..];
        return end >= 0 || _carry.Count >= longest ? TakeLine() : null;
    }

    /// <summary>A last line that has no end yet.</summary>
    public LogLine? TakeRest() => _carry.Count > 0 ? TakeLine() : _message.Count > 0 ? new(null, stream, Clear(_message)) : null;

    private LogLine? TakeLine()
    {
        var text = Clear(_carry);
        // A file does not say when a line without a stamp came, and a wrong time is worse than none.
        return text is [(byte)'{', ..] && spec.Format == LogFormat.Json ? OfObject(text)
            : spec.Timestamp && TimestampFormat.TryParse(text, out var at) ? new(at, stream, text.AsMemory(TimestampFormat.Length))
            : new(null, stream, text);
    }

    // What is no object of ours (of another format earlier, or cut by a crash) is given as it is.
    private LogLine? OfObject(byte[] text)
    {
        LogLine line;
        bool isPartial;
        try
        {
            using var parsed = JsonDocument.Parse(text);
            var members = parsed.RootElement;
            line = new(members.GetProperty("time").GetDateTimeOffset(), stream, Encoding.UTF8.GetBytes(members.GetProperty("message").GetString()!));
            isPartial = members.TryGetProperty("partial", out var partial) && partial.ValueKind == JsonValueKind.True;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return new(null, stream, text);
        }

        if (_message.Count == 0 && !isPartial)
        {
            return line;
        }

        _message.AddRange(line.Text.Span);
        return isPartial && _message.Count < longest ? null : line with { Text = Clear(_message) };
    }

    private static byte[] Clear(List<byte> bytes)
    {
        var text = bytes.ToArray();
        bytes.Clear();
        return text;
    }
}
