using Supervisor.Configuration.Yaml;

namespace Supervisor.Import.Compose;

/// <summary>Quotes from the text of a compose file.</summary>
internal sealed class ComposeText(ImportSource source)
{
    private readonly string[] _lines = source.Lines;

    public ImportSource Source => source;

    /// <summary>The line of a key, with everything that is indented below it.</summary>
    public SourceLine Of(YamlNode key)
    {
        var first = Math.Clamp(key.Position.Line - 1, 0, _lines.Length - 1);
        var (column, last) = (key.Position.Column - 1, first);
        for (var i = first + 1; i < _lines.Length; i++)
        {
            var (line, indent) = (_lines[i], _lines[i].Length - _lines[i].TrimStart().Length);
            if (indent == line.Length || line[indent] == '#')
            {
                continue;
            }

            // A list may stand at the column of its key.
            if (indent < column || (indent == column && !line.AsSpan(indent).StartsWith("- ")))
            {
                break;
            }

            last = i;
        }

        var quoted = _lines[first..(last + 1)].Where(line => line.Trim() is not ("" or ['#', ..])).Select((line, at) => at == 0 ? line.Trim() : Outdented(line, column));
        return new(source.Path, first + 1, string.Join('\n', quoted));
    }

    private static string Outdented(string line, int column) => line[Math.Min(column, line.Length - line.TrimStart().Length)..];
}
