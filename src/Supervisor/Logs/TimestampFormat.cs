namespace Supervisor.Logs;

/// <summary>Formats the stamp of a line, RFC 3339 in UTC with milliseconds and a space; the text of the last millisecond is kept.</summary>
internal sealed class TimestampFormat
{
    /// <summary>Bytes of a stamp with its space.</summary>
    public const int Length = 25;

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z '";

    private readonly byte[] _text = new byte[Length];
    private long _of = long.MinValue;

    /// <summary>The stamp of a time in milliseconds since 1970; valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(long unixMilliseconds)
    {
        if (unixMilliseconds != _of)
        {
            _ = DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).TryFormat(_text, out _, Format);
            _of = unixMilliseconds;
        }

        return _text;
    }

    /// <summary>Reads a stamp at the start of a line.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out DateTimeOffset at)
    {
        at = default;
        if (line.Length < Length || line[10] != 'T' || line[23] != 'Z' || line[24] != ' ')
        {
            return false;
        }

        Span<char> text = stackalloc char[Length];
        for (var i = 0; i < Length; i++)
        {
            text[i] = (char)line[i];
        }

        return DateTimeOffset.TryParseExact(text, Format, null, System.Globalization.DateTimeStyles.AssumeUniversal, out at);
    }
}
