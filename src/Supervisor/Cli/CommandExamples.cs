using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Supervisor.Cli;

/// <summary>An example for every command, in <c>--help</c> and in the manual page.</summary>
internal static class CommandExamples
{
    private static readonly Dictionary<string, string[]> _all = new()
    {
        ["run"] = ["supervisor run -c supervisor.yaml"],
        ["check"] = ["supervisor check -c supervisor.yaml"],
        ["status"] = ["supervisor status", "supervisor status 'web@*' -o json"],
        ["start"] = ["supervisor start web"],
        ["stop"] = ["supervisor stop db --with-dependents"],
        ["restart"] = ["supervisor restart web --rolling"],
        ["try-restart"] = ["supervisor try-restart web"],
        ["reload"] = ["supervisor reload nginx"],
        ["run-now"] = ["supervisor run-now backup"],
        ["scale"] = ["supervisor scale web=6"],
        ["signal"] = ["supervisor signal USR1 web"],
        ["apply"] = ["supervisor apply --dry-run", "supervisor apply --rollback"],
        ["logs"] = ["supervisor logs -f web", "supervisor logs -n all --run --stream stderr web@2", "supervisor logs --since 10m"],
        ["events"] = ["supervisor events -f", "supervisor events web --since 120 -o json"],
        ["why"] = ["supervisor why api"],
        ["show"] = ["supervisor show web"],
        ["wait"] = ["supervisor wait db web --for ready --timeout 30s"],
        ["graph"] = ["supervisor graph --dot | dot -Tsvg -o jobs.svg"],
        ["blame"] = ["supervisor blame"],
        ["plan"] = ["supervisor plan -c supervisor.yaml"],
        ["shutdown"] = ["supervisor shutdown"],
        ["init"] = ["supervisor init supervisor.yaml"],
        ["import"] = ["supervisor import /etc/supervisor/supervisord.conf --write supervisor.yaml", "supervisor import web.service web.socket web.service.d/override.conf"],
        ["schema"] = ["supervisor schema > supervisor.schema.json"],
        ["completion"] = ["supervisor completion bash > /usr/share/bash-completion/completions/supervisor"],
        ["man"] = ["supervisor man | man -l -"],
        ["version"] = ["supervisor version -o json"],
        ["top"] = ["supervisor top --every 5s"],
        ["regions"] = ["supervisor regions"],
        ["atexit"] = ["supervisor atexit -- rm -rf /tmp/work"],
        ["upgrade"] = ["supervisor upgrade"],
        ["board show"] = ["supervisor board show web"],
        ["board beat"] = ["while work; do supervisor board beat; done"],
        ["board progress"] = ["supervisor board progress 30 100"],
        ["board status"] = ["supervisor board status 'reading page 3'"],
        ["board phase"] = ["supervisor board phase ready"],
        ["board get"] = ["supervisor board get requests"],
        ["board set"] = ["supervisor board set queue 17"],
        ["board add"] = ["supervisor board add requests 1"],
        ["region get"] = ["supervisor region get counters 0"],
        ["region set"] = ["supervisor region set counters 0 17"],
        ["region add"] = ["supervisor region add counters 0 1"],
    };

    /// <summary>Those of a command; none when there are none.</summary>
    public static IReadOnlyList<string> Of(Command command) => _all.GetValueOrDefault(PathOf(command), []);

    /// <summary><c>board show</c></summary>
    public static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault(parent => parent is not RootCommand) is { } group ? $"{group.Name} {command.Name}" : command.Name;

    /// <summary>Adds them to the end of every help text.</summary>
    public static void AddTo(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
    {
        // Who asks for help need not have given what the command demands.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = usual.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            if (Of(parseResult.CommandResult.Command) is { Count: > 0 } examples)
            {
                output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
                foreach (var example in examples)
                {
                    output.WriteLine("  " + example);
                }

                output.WriteLine();
            }

            return code;
        }
    }
}
