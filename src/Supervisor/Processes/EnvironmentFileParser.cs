using System.Text;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// Reads <c>NAME=value</c> lines as systemd's EnvironmentFile= does: comments by # or ; at the start of a line, single and double quotes,
/// a backslash at the end of a line continues it. Pure: text in, variables out.
/// </summary>
internal static class EnvironmentFileParser
{
    /// <exception cref="SpawnFailedException">A line is not an assignment: told as file:line.</exception>
    public static List<EnvironmentVariable> Parse(string file, string text)
    {
        var variables = new List<EnvironmentVariable>();
        var at = 0;
        var line = 1;
        while (at < text.Length)
        {
            if (SkipBlank(text, ref at, ref line))
                continue;
            var start = line;
            var name = ReadName(file, text, ref at, start);
            variables.Add(new(name, ReadValue(file, text, ref at, ref line, start)));
        }

        return variables;
    }

    /// <summary>Skips white space, empty lines and comments; true when it moved.</summary>
    private static bool SkipBlank(string text, ref int at, ref int line)
    {
        var from = at;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            line += text[at++] == '\n' ? 1 : 0;
        if (at < text.Length && text[at] is '#' or ';')
            while (at < text.Length && text[at] != '\n')
                at++;
        return at != from;
    }

    private static string ReadName(string file, string text, ref int at, int line)
    {
        var end = text.IndexOfAny(['=', '\n'], at);
        var name = (end < 0 ? text[at..] : text[at..end]).Trim();
        if (end < 0 || text[end] == '\n')
            throw Bad(file, line, $"`{Shortened(name)}` is not NAME=value");
        if (name.StartsWith("export ", StringComparison.Ordinal))
            throw Bad(file, line, $"`export` is the shell's: write `{Shortened(name["export ".Length..].Trim())}=...`");
        if (!IsName(name))
            throw Bad(file, line, $"`{Shortened(name)}` is not a variable name (letters, digits, _; not a digit first)");
        at = end + 1;
        return name;
    }

    private static string ReadValue(string file, string text, ref int at, ref int line, int start)
    {
        var value = new StringBuilder();
        var keep = 0; // white space at the end goes, unless it was quoted or escaped
        var quote = '\0';
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            line += c == '\n' ? 1 : 0;
            if (quote == '\0' && c == '\n')
            {
                at++;
                break;
            }

            if (quote != '\0' && c == quote)
            {
                quote = '\0';
                keep = value.Length;
            }
            else if (quote == '\0' && c is '"' or '\'' && value.Length == keep)
                quote = c;
            else if (c == '\\' && quote != '\'' && at + 1 < text.Length)
                Escaped(text, ref at, ref line, value, quote, ref keep);
            else if (c != '\r' || quote != '\0')
            {
                value.Append(c);
                keep = quote != '\0' || c is not (' ' or '\t') ? value.Length : keep;
            }
        }

        if (quote != '\0')
            throw Bad(file, start, $"the quote {quote} is not closed");
        value.Length = keep;
        return value.ToString().Contains('\0') ? throw Bad(file, start, "a value cannot hold a NUL byte") : value.ToString();
    }

    private static void Escaped(string text, ref int at, ref int line, StringBuilder value, char quote, ref int keep)
    {
        var next = text[++at];
        if (next == '\n')
        {
            line++;
            return;
        }

        // Inside double quotes a backslash is itself unless it stands before what the shell would escape there.
        if (quote == '"' && next is not ('"' or '\\' or '`' or '$'))
            value.Append('\\');
        value.Append(next);
        keep = value.Length;
    }

    /// <summary>Whether the shell would take it for a name.</summary>
    internal static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "...";

    private static SpawnFailedException Bad(string file, int line, string what) =>
        SpawnFailedException.Because(ExecStep.ReadEnvironmentFile, $"{file}:{line}: {what}");
}
