using System.Text;
using System.Text.Unicode;

namespace Supervisor.SharedMemory;

/// <summary>Text that a job wrote, made safe to show: whatever it is, a terminal and a log line survive it.</summary>
internal static class BoardText
{
    /// <summary>The text up to a NUL; what is not UTF-8 becomes U+FFFD, control characters become spaces; null: it is empty.</summary>
    public static string? Clean(ReadOnlySpan<byte> bytes, List<string> problems)
    {
        var end = bytes.IndexOf((byte)0);
        bytes = end < 0 ? bytes : bytes[..end];
        if (bytes.IsEmpty)
        {
            return null;
        }

        if (!Utf8.IsValid(bytes))
        {
            problems.Add("its status is not UTF-8; wrong bytes are shown as \uFFFD");
        }

        var text = Encoding.UTF8.GetString(bytes);
        return text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.AsSpan().ContainsAnyInRange('\x7f', '\x9f') || text.AsSpan().ContainsAny(_lines)
            ? string.Create(text.Length, text, Replace)
            : text;
    }

    // Line and paragraph separators, and the marks that turn the direction of what follows.
    private static readonly System.Buffers.SearchValues<char> _lines =
        System.Buffers.SearchValues.Create("\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u200E\u200F");

    private static void Replace(Span<char> target, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            target[i] = char.IsControl(text[i]) || _lines.Contains(text[i]) ? ' ' : text[i];
        }
    }
}
