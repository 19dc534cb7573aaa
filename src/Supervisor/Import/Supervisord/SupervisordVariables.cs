using System.Text.RegularExpressions;

namespace Supervisor.Import.Supervisord;

/// <summary>What <c>%(name)s</c> means in a section.</summary>
/// <param name="Here">Directory of the file.</param>
/// <param name="Program">The program; null outside of one.</param>
/// <param name="Group">Its group.</param>
/// <param name="Processes">numprocs.</param>
/// <param name="FirstNumber">numprocs_start.</param>
internal sealed partial record SupervisordVariables(string Here, string? Program = null, string? Group = null, int Processes = 1, int FirstNumber = 0)
{
    /// <summary>Text of ours: our variables in place of theirs.</summary>
    public string Expand(string text, Action<string> problem)
    {
        var (result, last) = ("", 0);
        foreach (var found in Reference().EnumerateMatches(text))
        {
            result += Literal(text[last..found.Index], problem);
            result += ValueOf(Reference().Match(text, found.Index, found.Length), problem);
            last = found.Index + found.Length;
        }

        return result + Literal(text[last..], problem);
    }

    /// <summary>Whether the number of the process takes part.</summary>
    public static bool HasNumber(string text) => text.Contains("%(process_num)", StringComparison.Ordinal);

    private static string Literal(string text, Action<string> problem)
    {
        if (text.Contains('%', StringComparison.Ordinal))
        {
            problem($"'%' in '{text}' begins no %(name)s; a percent sign is written %%");
        }

        return DraftText.Escape(text);
    }

    private string ValueOf(Match reference, Action<string> problem)
    {
        var name = reference.Groups["name"].Value;
        if (name.Length == 0)
        {
            return "%";
        }

        if (name.StartsWith("ENV_", StringComparison.Ordinal))
        {
            return $"${{{name["ENV_".Length..]}}}";
        }

        return name switch
        {
            "here" => DraftText.Escape(Here),
            "program_name" when Program is not null => DraftText.Escape(Program),
            "group_name" when Group is not null => DraftText.Escape(Group),
            // A padded number is the plain one: %(process_num)02d.
            "process_num" when Program is not null => Processes > 1 ? "${instance}" : FirstNumber.ToString(),
            "numprocs" when Program is not null => Processes.ToString(),
            "host_node_name" => "${HOSTNAME:-localhost}",
            _ => Unknown(name, problem),
        };
    }

    private static string Unknown(string name, Action<string> problem)
    {
        problem($"%({name})s has no value here; known are here, program_name, group_name, process_num, numprocs, host_node_name and ENV_...");
        return "";
    }

    [GeneratedRegex(@"%%|%\((?<name>\w+)\)\d*[sd]")]
    private static partial Regex Reference();
}
