using Supervisor.Specs;

namespace Supervisor.Configuration.Yaml;

/// <summary>What the parser's own words about bad YAML leave out: where the tab is, and what people mostly have meant.</summary>
internal static class YamlAdvice
{
    /// <summary>The message, at its place or at a better one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="text">Its text.</param>
    /// <param name="position">Where the parser gave up, or began what it could not end.</param>
    /// <param name="message">Its words.</param>
    public static (SourcePosition Position, string Message) On(string file, string text, SourcePosition position, string message)
    {
        var lines = text.Split('\n');
        if (message.Contains(" tab", StringComparison.Ordinal) && TabIn(lines, position.Line) is { } tab)
        {
            return (new(file, tab.Line, tab.Column), "YAML: a tab in the indentation, which takes spaces only");
        }

        var line = position.Line <= lines.Length ? lines[position.Line - 1] : "";
        return (position, $"YAML: {message.TrimEnd('.')}{Hint(message, line)}");
    }

    // From the line on with which the parser was busy. One that is not further out than the line before it may be text of a block: that is the last to be suspected.
    private static (int Line, int Column)? TabIn(string[] lines, int from)
    {
        (int, int)? doubtful = null;
        for (var i = Math.Max(0, from - 1); i < lines.Length; i++)
        {
            var column = Indentation(lines[i]);
            if (column == lines[i].Length || lines[i][column] != '\t')
            {
                continue;
            }

            if (i > 0 && column < Indentation(lines[i - 1]))
            {
                return (i + 1, column + 1);
            }

            doubtful ??= (i + 1, column + 1);
        }

        return doubtful;
    }

    private static int Indentation(string line) => line.AsSpan().IndexOfAnyExcept(' ') is var spaces and >= 0 ? spaces : line.Length;

    private static string Hint(string message, string line) =>
        message.Contains("anchor or alias", StringComparison.Ordinal) ? "; '*' and '&' begin an alias and an anchor: put the value in quotes"
        : message.Contains("invalid mapping", StringComparison.Ordinal) ? "; ': ' inside of a plain text: put it in quotes"
        : line.Contains("${", StringComparison.Ordinal) && line.AsSpan().ContainsAny('{', '[') && message.Contains("did not find expected", StringComparison.Ordinal)
            ? "; a ${...} inside of { } or [ ] has to be in quotes"
        : "";
}
