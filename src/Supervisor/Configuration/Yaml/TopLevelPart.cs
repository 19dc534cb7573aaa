namespace Supervisor.Configuration.Yaml;

/// <summary>Cuts one key with its value out of a file, so that the rest need not be parsed.</summary>
internal static class TopLevelPart
{
    /// <summary>
    /// The lines of a top-level key; the whole text when the key may be written in a way, or hang on something, that needs all of it; empty when the
    /// key is not there.
    /// </summary>
    public static string Of(string text, string key)
    {
        var (start, end) = (-1, text.Length);
        for (var line = 0; line < text.Length; line = Next(text, line))
        {
            var rest = text.AsSpan(line);
            // Only keys in plain block style begin a line at its first column here; comments and blank lines are no matter.
            if (rest[0] is ' ' or '#' or '\n' or '\r')
            {
                continue;
            }

            if (!char.IsAsciiLetter(rest[0]))
            {
                return text;
            }

            if (start >= 0)
            {
                end = line;
                break;
            }

            start = rest.StartsWith(key + ":", StringComparison.Ordinal) ? line : -1;
        }

        var part = start < 0 ? "" : text[start..end];
        return part.AsSpan().ContainsAny('*', '&') ? text : part;
    }

    private static int Next(string text, int line) => text.IndexOf('\n', line) is >= 0 and var end ? end + 1 : text.Length;
}
