using System.Text;
using Supervisor.Configuration.Keys;

namespace Supervisor.Import;

/// <summary>Writes a draft as a configuration: supported keys as keys, everything else as comments that quote their line.</summary>
internal static class DraftWriter
{
    /// <summary>The text, and how many remarks it has.</summary>
    public static (string Text, int Remarks) Write(Draft draft, string title)
    {
        var (text, remarks) = (new StringBuilder(), 0);
        text.Append($"# {title}\n# Read the comments: each is about something that has no counterpart, or that works differently. Then `supervisor check -c FILE`.\n");
        Comments(text, 0, draft.Remarks);
        text.Append("version: 1\n");
        remarks += draft.Remarks.Count;
        remarks += Part(text, "supervisor", FileKeys.Supervisor, draft.Supervisor);
        remarks += Part(text, "defaults", JobKeys.Job, draft.Defaults);
        text.Append(draft.Jobs.Count == 0 ? "\njobs: {}\n" : "\njobs:\n");
        for (var i = 0; i < draft.Jobs.Count; i++)
        {
            text.Append(i == 0 ? "" : "\n").Append($"  {DraftYaml.Scalar(draft.Jobs[i].Name)}:\n");
            remarks += Keys(text, 4, JobKeys.Job, draft.Jobs[i]);
        }

        if (draft.Rest.Notes.Count > 0)
        {
            text.Append('\n');
            remarks += Keys(text, 0, FileKeys.File, draft.Rest);
        }

        return (text.ToString(), remarks);
    }

    private static int Part(StringBuilder text, string name, Section section, DraftPart part)
    {
        if (part.Keys.Entries.Count == 0 && part.Notes.Count == 0)
        {
            return 0;
        }

        var inner = new StringBuilder();
        var remarks = Keys(inner, 2, section, part);
        var hasKeys = SupportedKeys.Of(section, part.Keys, []).Entries.Count > 0;
        text.Append($"\n{name}:{(hasKeys ? "" : " {}")}\n").Append(inner);
        return remarks;
    }

    private static int Keys(StringBuilder text, int indent, Section section, DraftPart part)
    {
        if (part.Title is not null)
        {
            Comments(text, indent, [part.Title]);
        }

        var later = new List<(string Path, DraftValue Value)>();
        var supported = SupportedKeys.Of(section, part.Keys, later);
        var order = section.Keys.Select(key => key.Name).ToList();
        foreach (var (key, value) in supported.Entries.OrderBy(entry => order.IndexOf(entry.Key)))
        {
            // A policy alone is one word.
            DraftYaml.Entry(text, indent, key, key == "restart" && value is DraftMap { Entries: [("policy", var policy)] } ? policy : value);
        }

        // A line is quoted once, whatever is said about it.
        var notes = later.Select(entry => new DraftNote(part.OriginOf(entry.Path), Later(entry.Path, entry.Value))).Concat(part.Notes).ToList();
        foreach (var same in notes.GroupBy(note => note.Line is { } line ? (line.File, line.Number) : default))
        {
            Quote(text, indent, same.First().Line);
            Comments(text, indent, same.Select(note => note.Line is null ? note.Why : "  " + note.Why));
        }

        return notes.Count;
    }

    // A key that this version does not read, ready to be uncommented.
    private static string Later(string path, DraftValue value)
    {
        var parts = path.Split('.');
        for (var i = parts.Length - 1; i > 0; i--)
        {
            value = new DraftMap([(parts[i], value)]);
        }

        return $"would be the next line, which is not supported in this version of supervisor:\n{DraftYaml.Scalar(parts[0])}: {DraftYaml.Flow(value)}";
    }

    private static void Quote(StringBuilder text, int indent, SourceLine? quoted)
    {
        if (quoted is { } line)
        {
            var lines = line.Text.Split('\n');
            Comments(text, indent, [$"{line.File}:{line.Number}: {lines[0].Trim()}", .. lines.Skip(1).Select(further => "    " + further.TrimEnd())]);
        }
    }

    private static void Comments(StringBuilder text, int indent, IEnumerable<string> sentences)
    {
        foreach (var line in sentences.SelectMany(sentence => sentence.Split('\n')))
        {
            text.Append(' ', indent).Append("# ").Append(Printable(line)).Append('\n');
        }
    }

    // A comment cannot hold control characters, and a terminal should not be given any.
    private static string Printable(string line) => string.Concat(line.EnumerateRunes().Select(rune =>
        rune.Value is (>= ' ' and < 0x7f) or (>= 0xa0 and not (0x2028 or 0x2029 or 0xfeff or (>= 0xd800 and < 0xe000))) || rune.Value == '\t' ? rune.ToString() : "?"));
}
