using Supervisor.Configuration.Scalars;

namespace Supervisor.Import;

/// <summary>A command line that was split like a shell splits words, after variables were filled in.</summary>
internal static class DraftCommand
{
    /// <summary>A list of words; the line itself where it has variables, because what they hold is split too.</summary>
    public static DraftValue? Of(string template, out string problem)
    {
        var (words, wrong) = CommandWords.Split(template, shellWordsAllowed: true);
        problem = wrong ?? (words is { Count: > 0 } ? "" : "the command is empty");
        return problem.Length > 0 ? null
            : template.Contains("${", StringComparison.Ordinal) && CommandWords.Split(template).Problem is null ? DraftValue.Of(OneLine(template))
            : DraftValue.Words(words!);
    }

    /// <summary>A command for the shell.</summary>
    public static DraftList Shell(string template) => DraftValue.Words(["/bin/sh", "-c", template]);

    // Outside of quotes any white space is as good as a space.
    private static string OneLine(string template) => template.AsSpan().ContainsAny('\'', '"', '\\') ? template : template.ReplaceLineEndings(" ");
}
