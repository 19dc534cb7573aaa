using System.Text.RegularExpressions;
using Supervisor.Configuration;
using Supervisor.Configuration.Scalars;

namespace Supervisor.Import;

/// <summary>A Procfile: one process type a line, its command for a shell.</summary>
internal static partial class ProcfileImport
{
    private const int FirstPort = 5000;
    private const int PortStep = 100;

    public static Draft Draft(ImportSource source, Problems problems)
    {
        var draft = new Draft();
        draft.Remarks.Add("Process types became jobs in the directory of the Procfile; variables also come from .env there, as with foreman, but it is read without a shell.");
        draft.Remarks.Add("foreman ends all when one ends: `essential: true` in a job does that here. `supervisor scale web=2` takes the place of --formation (with instances: 1 or more).");
        draft.Defaults.Set("directory", DraftValue.Literal(source.Directory));
        draft.Defaults.Set("environment_file", new DraftList([DraftValue.Literal("-" + Path.Combine(source.Directory, ".env"))]));
        var (lines, seen) = (source.Lines, new Dictionary<string, int>());
        for (var i = 0; i < lines.Length; i++)
        {
            var text = lines[i].Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            var line = new SourceLine(source.Path, i + 1, text);
            if (Line().Match(text) is not { Success: true } found)
            {
                problems.Add(new(source.Path, i + 1, 1), $"'{Short(text)}' is not NAME: COMMAND (a name has letters, digits, '_' and '-')");
            }
            else if (!seen.TryAdd(found.Groups[1].Value, i + 1))
            {
                problems.Add(new(source.Path, i + 1, 1), $"'{found.Groups[1].Value}' is written twice, first in line {seen[found.Groups[1].Value]}");
            }
            else
            {
                Job(draft, found.Groups[1].Value, found.Groups[2].Value, line);
            }
        }

        if (draft.Jobs.Count == 0 && problems.Count == 0)
        {
            problems.Add(new(source.Path, 1, 1), "there is no process type in it");
        }

        AfterRelease(draft);
        return draft;
    }

    private static void Job(Draft draft, string name, string command, SourceLine line)
    {
        var job = draft.Job(name);
        job.Set("command", CommandOf(command), line);
        if (name == "release")
        {
            job.Title = "Runs before the others, as on Heroku.";
            job.Set("kind", "oneshot");
            return;
        }

        // foreman gives every type a range of its own.
        if (name == "web" || command.Contains("$PORT", StringComparison.Ordinal) || command.Contains("${PORT", StringComparison.Ordinal))
        {
            var port = FirstPort + draft.Jobs.Count(other => other.Name != "release" && other != job) * PortStep;
            job.SetIn("environment", "PORT", port == FirstPort ? $"${{PORT:-{port}}}" : port.ToString());
        }
    }

    // A shell takes part only where the line needs one: without it the program itself gets the signals.
    private static DraftList CommandOf(string command)
    {
        var (words, _) = NeedsShell().IsMatch(command) ? (null, null) : CommandWords.Split(command);
        if (words is { Count: > 0 })
        {
            return DraftValue.Words(words);
        }

        var script = Compound().IsMatch(command) || Assignment().IsMatch(command) ? command : "exec " + command;
        return new DraftList([DraftValue.Of("sh"), DraftValue.Of("-c"), DraftValue.Literal(script)]);
    }

    private static void AfterRelease(Draft draft)
    {
        if (draft.Jobs.Find(job => job.Name == "release") is { } release)
        {
            foreach (var job in draft.Jobs.Where(job => job != release))
            {
                job.SetIn("depends_on", release.Name, "succeeded");
            }
        }
    }

    private static string Short(string text) => text.Length > 60 ? text[..60] + "..." : text;

    [GeneratedRegex(@"^([A-Za-z0-9_-]+):\s*(\S.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"[$`|&;<>(){}*?~#!\[\]]|^\s*[A-Za-z_][A-Za-z0-9_]*=|^\s*(cd|source|\.|export|if|while|for|test|ulimit|umask)\s")]
    private static partial Regex NeedsShell();

    [GeneratedRegex(@"[|&;()]|\{ |^\s*(cd|source|\.|export|if|while|for|exec|ulimit|umask)\s")]
    private static partial Regex Compound();

    // `A=1 program`: exec takes no assignments before it.
    [GeneratedRegex(@"^\s*[A-Za-z_][A-Za-z0-9_]*=")]
    private static partial Regex Assignment();
}
