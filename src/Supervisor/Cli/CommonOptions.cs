using System.CommandLine;

namespace Supervisor.Cli;

/// <summary>The options that stand before or after any command.</summary>
internal static class CommonOptions
{
    /// <summary>-c</summary>
    public static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = "configuration file (default: ./supervisor.yaml or ./supervisor.yml if there is one, else /etc/supervisor-daemon/supervisor.yaml)",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>-s</summary>
    public static readonly Option<string?> Socket = new("--socket", "-s")
    {
        Description = "control socket (default: as the configuration says)",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <summary>-o</summary>
    public static readonly Option<OutputFormat> Output = new("--output", "-o")
    {
        Description = "table, wide or json",
        HelpName = "FORMAT",
        Recursive = true,
        CustomParser = result => result.Tokens[0].Value switch
        {
            "table" => OutputFormat.Table,
            "wide" => OutputFormat.Wide,
            "json" => OutputFormat.Json,
            var other => Invalid(result, $"--output: table, wide or json, not '{other}'"),
        },
    };

    // Completed by what is written, not by the names in this program, which begin with a capital letter.
    static CommonOptions()
    {
        Output.CompletionSources.Clear();
        Output.CompletionSources.Add(_ => ["table", "wide", "json"]);
    }

    /// <summary>--no-color</summary>
    public static readonly Option<bool> NoColor = new("--no-color") { Description = "no colours, also on a terminal", Recursive = true };

    /// <summary>-q</summary>
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "say nothing but failures", Recursive = true };

    /// <summary>--no-wait</summary>
    public static readonly Option<bool> NoWait = new("--no-wait") { Description = "do not wait until it is done", Recursive = true };

    /// <summary>--timeout</summary>
    public static readonly Option<TimeSpan?> Timeout = new("--timeout")
    {
        Description = "how long to wait (30s, 5m); the operation goes on afterwards",
        HelpName = "TIME",
        Recursive = true,
        CustomParser = result => DurationText.TryParse(result.Tokens[0].Value, out var time)
            ? time
            : Invalid<TimeSpan?>(result, $"--timeout: a time such as 500ms, 30s, 5m or 1h30m, not '{result.Tokens[0].Value}'"),
    };

    /// <summary>--check-state of <c>run</c>: what a running daemon asks of the program that is to take its place.</summary>
    public static readonly Option<bool> CheckState = new("--check-state") { Description = "only tell whether it could take over from a running daemon", Hidden = true };

    /// <summary>All of them.</summary>
    public static IEnumerable<Option> All => [Config, Socket, Output, NoColor, Quiet, NoWait, Timeout];

    /// <summary>The jobs that a command is about; none where that means all.</summary>
    public static Argument<string[]> Jobs(bool required)
    {
        var jobs = new Argument<string[]>("JOB")
        {
            Description = required ? "jobs: web, web@2, 'web@*'" : "jobs: web, web@2, 'web@*'; none: all",
            Arity = required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
        };
        jobs.CompletionSources.Add(JobNames.Of);
        jobs.Validators.Add(NoOption);
        return jobs;
    }

    /// <summary>The one job that a command is about.</summary>
    public static Argument<string> Job()
    {
        var job = new Argument<string>("JOB") { Description = "a job: web, web@2" };
        job.CompletionSources.Add(JobNames.Of);
        job.Validators.Add(NoOption);
        return job;
    }

    // No name of a job begins with a dash: it is an option that is misspelt, or another command's.
    private static void NoOption(System.CommandLine.Parsing.ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-')))
        {
            result.AddError(Misuse.NoOption((result.Parent as System.CommandLine.Parsing.CommandResult)?.Command, token.Value));
        }
    }

    private static OutputFormat Invalid(System.CommandLine.Parsing.ArgumentResult result, string message) => Invalid<OutputFormat>(result, message);

    private static T? Invalid<T>(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }
}

/// <summary>How data is shown.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,
    /// <summary>For people with wide windows.</summary>
    Wide,
    /// <summary>For programs.</summary>
    Json,
}
