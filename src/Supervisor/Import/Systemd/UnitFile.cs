using Supervisor.Configuration;

namespace Supervisor.Import.Systemd;

/// <summary>One assignment of a unit file.</summary>
internal sealed record UnitEntry(string Section, string Key, string Value, SourceLine Line);

/// <summary>Reads unit files as systemd.syntax(7) has them: comments by # and ;, a backslash at the end of a line goes on with the next one.</summary>
internal static class UnitFile
{
    public static List<UnitEntry> Read(ImportSource source, Problems problems)
    {
        var (entries, section, lines) = (new List<UnitEntry>(), "", source.Lines);
        for (var i = 0; i < lines.Length; i++)
        {
            var text = lines[i].Trim();
            if (text.Length == 0 || text[0] is '#' or ';')
            {
                continue;
            }

            var line = new SourceLine(source.Path, i + 1, text);
            if (text[0] == '[')
            {
                section = text.Trim('[', ']').Trim();
                if (text[^1] != ']' || section.Length == 0)
                {
                    problems.Add(new(source.Path, i + 1, 1), $"'{text}' is not a [Section]");
                }

                continue;
            }

            text = Continued(lines, ref i, ref line);
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at < 1 || section.Length == 0)
            {
                problems.Add(new(source.Path, line.Number, 1), section.Length == 0 ? $"'{text}' stands before the first [Section]"
                    : $"'{text}' is neither a [Section], nor Key=value, nor a comment");
                continue;
            }

            entries.Add(new(section, text[..at].Trim(), text[(at + 1)..].Trim(), line));
        }

        return entries;
    }

    // Comments between the lines of one value are no part of it.
    private static string Continued(string[] lines, ref int i, ref SourceLine line)
    {
        var text = lines[i].Trim();
        while (text.EndsWith('\\') && i + 1 < lines.Length)
        {
            i++;
            line = line with { Text = line.Text + "\n" + lines[i] };
            var further = lines[i].Trim();
            text = further is ['#' or ';', ..] ? text : text[..^1].TrimEnd() + " " + further;
        }

        return text.TrimEnd('\\');
    }
}
