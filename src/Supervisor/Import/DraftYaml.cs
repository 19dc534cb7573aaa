using System.Text;
using System.Text.RegularExpressions;

namespace Supervisor.Import;

/// <summary>Values as YAML.</summary>
internal static partial class DraftYaml
{
    /// <summary>On one line.</summary>
    public static string Flow(DraftValue value) => value switch
    {
        DraftText text => text.IsBoolean ? text.Template : Scalar(text.Template),
        DraftList list => $"[{string.Join(", ", list.Items.Select(Flow))}]",
        DraftMap map => $"{{{string.Join(", ", map.Entries.Select(entry => $"{Scalar(entry.Key)}: {Flow(entry.Value)}"))}}}",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>A key and its value in <paramref name="indent"/>: on one line where it fits, else in a block.</summary>
    public static void Entry(StringBuilder text, int indent, string key, DraftValue value, int width = 120)
    {
        var (start, flow) = ($"{new string(' ', indent)}{Scalar(key)}:", Flow(value));
        if (value is DraftText || start.Length + 1 + flow.Length <= width)
        {
            text.Append($"{start} {flow}\n");
            return;
        }

        text.Append(start).Append('\n');
        if (value is DraftMap map)
        {
            foreach (var (name, inner) in map.Entries)
            {
                Entry(text, indent + 2, name, inner, width);
            }

            return;
        }

        foreach (var item in ((DraftList)value).Items)
        {
            text.Append($"{new string(' ', indent + 2)}- {Flow(item)}\n");
        }
    }

    /// <summary>A scalar, in quotes where it could be taken for something else.</summary>
    public static string Scalar(string text)
    {
        if (Harmless().IsMatch(text) && !Ambiguous().IsMatch(text))
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                >= ' ' and < 0x7f => rune.ToString(),
                >= 0xa1 and < 0x2000 => rune.ToString(),
                _ => $"\\U{rune.Value:X8}",
            });
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"^[A-Za-z0-9_/.\-][A-Za-z0-9_/.@%+=\-]*( [A-Za-z0-9_/.@%+=\-]+)*$")]
    private static partial Regex Harmless();

    // What YAML 1.1 readers of other people's tools take for a boolean is quoted too.
    [GeneratedRegex(@"^(true|false|null|yes|no|on|off|y|n|-|-+ .*|---.*|\.\.\..*|0[0-7]+|0[xo].*|\.inf|-\.inf|\.nan)$", RegexOptions.IgnoreCase)]
    private static partial Regex Ambiguous();
}
