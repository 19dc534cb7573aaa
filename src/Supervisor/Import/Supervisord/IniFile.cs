using Supervisor.Configuration;

namespace Supervisor.Import.Supervisord;

/// <summary>A key of a section.</summary>
internal sealed record IniEntry(string Key, string Value, SourceLine Line)
{
    public string File => Line.File;
}

/// <summary>A section, with the keys of all places where it is written.</summary>
internal sealed record IniSection(string Name, ImportSource Source, SourceLine Line, List<IniEntry> Entries);

/// <summary>
/// Reads what Python's configparser reads with supervisord's settings: <c>key = value</c> or <c>key: value</c>, keys in any case, a
/// further line of a value is indented, comments by <c>;</c> and <c>#</c>, after a value when white space is before them.
/// </summary>
internal static class IniFile
{
    public static List<IniSection> Read(ImportSource source, Problems problems)
    {
        var (sections, lines) = (new List<IniSection>(), source.Lines);
        for (var i = 0; i < lines.Length; i++)
        {
            var text = WithoutComment(lines[i]);
            if (text.Length == 0)
            {
                continue;
            }

            var line = new SourceLine(source.Path, i + 1, lines[i].Trim());
            if (text[0] == '[')
            {
                Open(sections, source, line, text, problems);
            }
            else if (sections.Count == 0)
            {
                problems.Add(At(line), $"'{text}' stands before the first [section]");
            }
            else
            {
                Entry(sections[^1], line, text, lines, ref i, problems);
            }
        }

        return sections;
    }

    public static Specs.SourcePosition At(SourceLine line) => new(line.File, line.Number, 1);

    private static void Open(List<IniSection> sections, ImportSource source, SourceLine line, string text, Problems problems)
    {
        if (text[^1] != ']' || text.Length < 3)
        {
            problems.Add(At(line), $"'{text}' is not a [section]");
        }

        sections.Add(new(text.Trim('[', ']').Trim(), source, line, []));
    }

    private static void Entry(IniSection section, SourceLine line, string text, string[] lines, ref int i, Problems problems)
    {
        var at = text.AsSpan().IndexOfAny('=', ':');
        if (at < 1)
        {
            problems.Add(At(line), $"'{text}' is neither a [section], nor key=value, nor a comment");
            return;
        }

        var (key, value, quoted) = (text[..at].Trim().ToLowerInvariant(), text[(at + 1)..].Trim(), line.Text);
        while (i + 1 < lines.Length && Continues(lines[i + 1]))
        {
            i++;
            var further = WithoutComment(lines[i]);
            quoted += "\n" + lines[i].Trim();
            value += further.Length == 0 ? "" : "\n" + further;
        }

        // The last one of several counts; the others are kept to be told.
        section.Entries.Add(new(key, value, line with { Text = quoted }));
    }

    private static bool Continues(string line) => line.Length > 0 && line[0] is ' ' or '\t' && line.Trim().Length > 0 && line.TrimStart()[0] is not ('[' or ';' or '#');

    private static string WithoutComment(string line)
    {
        var trimmed = line.Trim();
        if (trimmed.Length == 0 || trimmed[0] is ';' or '#')
        {
            return "";
        }

        for (var i = 1; i < trimmed.Length; i++)
        {
            if (trimmed[i] is ';' or '#' && trimmed[i - 1] is ' ' or '\t')
            {
                return trimmed[..i].TrimEnd();
            }
        }

        return trimmed;
    }
}
