using System.CommandLine;
using System.CommandLine.Parsing;
using Supervisor.Cli.Commands;
using Supervisor.Linux;

namespace Supervisor.Cli;

/// <summary>The command line: finds the command, carries it out, turns what went wrong into words and an exit code.</summary>
public static class CommandLine
{
    /// <summary>Runs the command that <paramref name="args"/> say.</summary>
    /// <returns>The exit code of the process.</returns>
    public static int Run(string[] args, DaemonHooks hooks) => Run(args, hooks, Terminal.Standard);

    /// <summary>The same, with the terminal made by <paramref name="terminalOf"/> (--no-color, --quiet).</summary>
    internal static int Run(string[] args, DaemonHooks hooks, Func<bool, bool, Terminal> terminalOf)
    {
        var root = Root(out var run, out var commands);
        var line = root.Parse(args);
        // The daemon goes its own way before anything touches Console: that would take SIGCHLD (docs/architecture.md).
        if (line.Errors.Count == 0 && line.Action is null && line.CommandResult.Command == run)
        {
            var given = line.GetValue(CommonOptions.Config);
            return hooks.Run(new(DefaultPlaces.Configuration(given), line.GetValue(CommonOptions.Socket), line.GetValue(CommonOptions.CheckState))
            {
                NoConfiguration = DefaultPlaces.NoConfiguration(given),
            });
        }

        // What a shell asks while somebody types is never finished, so its errors mean nothing.
        if (args is [var first, ..] && first.StartsWith("[suggest", StringComparison.Ordinal))
        {
            return line.Invoke();
        }

        var command = commands.FirstOrDefault(candidate => candidate.Syntax == line.CommandResult.Command);
        var terminal = terminalOf(line.GetValue(CommonOptions.NoColor), line.GetValue(CommonOptions.Quiet));
        return line.Errors.Count > 0 ? Misused(line, terminal)
            : line.Action is null && command is not null ? CarryOut(command, line, terminal, hooks)
            : line.Invoke();
    }

    /// <summary>The whole syntax; <paramref name="run"/> is the daemon's command.</summary>
    internal static RootCommand Root(out Command run, out IReadOnlyList<ICommand> commands)
    {
        run = new("run", "the daemon in the foreground") { CommonOptions.CheckState };
        IReadOnlyList<ICommand> board = [new BoardShowCommand(), .. OwnBoardCommand.All], region = [.. RegionWordCommand.All];
        commands =
        [
            new CheckCommand(), new StatusCommand(),
            OperationCommand.Start, OperationCommand.Stop, OperationCommand.Restart, OperationCommand.TryRestart, OperationCommand.Reload,
            OperationCommand.RunNow,
            new ScaleCommand(), new AtExitCommand(), new SignalCommand(), new ApplyCommand(), new LogsCommand(), new EventsCommand(), new WhyCommand(), new ShowCommand(),
            new WaitCommand(), new GraphCommand(), new BlameCommand(), new PlanCommand(), new ShutdownCommand(), new InitCommand(), new ImportCommand(), new SchemaCommand(),
            new CompletionCommand(), new ManCommand(), new VersionCommand(), new TopCommand(), new RegionsCommand(), new UpgradeCommand(), .. board, .. region,
        ];
        var root = new RootCommand("Starts programs, keeps them running, and tells the truth about them.") { run };
        foreach (var option in CommonOptions.All)
        {
            root.Add(option);
        }

        foreach (var command in commands.Except(board).Except(region))
        {
            root.Add(command.Syntax);
        }

        root.Add(Group("board", "state boards: show them, and from inside a job write its own", board));
        root.Add(Group("region", "words of a region of shared memory, from inside a job", region));
        CommandExamples.AddTo(root);
        return root;
    }

    private static Command Group(string name, string description, IEnumerable<ICommand> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            group.Add(command.Syntax);
        }

        return group;
    }

    private static int Misused(ParseResult line, Terminal terminal)
    {
        if (line.Tokens.Count == 0)
        {
            terminal.Error("say which command: `supervisor --help` lists them");
            return ExitCodes.Usage;
        }

        // What it lists the parser puts into lines of their own.
        var texts = Misuse.InWords(line) is { } misused ? [misused]
            : line.Errors.SelectMany(error => Misuse.InWords(error).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        foreach (var text in texts)
        {
            terminal.Error(PlainText.Of(text));
        }

        terminal.Error(HelpOn(line));
        return ExitCodes.Usage;
    }

    private static string HelpOn(ParseResult line) => line.CommandResult.Command is RootCommand
        ? "`supervisor --help` lists all commands"
        : $"`supervisor {CommandExamples.PathOf(line.CommandResult.Command)} --help` shows how it is used";

    private static int CarryOut(ICommand command, ParseResult line, Terminal terminal, DaemonHooks hooks)
    {
        var context = new CommandContext(line, terminal, hooks);
        var timeout = line.GetValue(CommonOptions.Timeout);
        using var limit = new CancellationTokenSource();
        if (timeout is { } allowed)
        {
            limit.CancelAfter(allowed);
        }

        try
        {
            var code = command.RunAsync(context, timeout is null ? CancellationToken.None : limit.Token).GetAwaiter().GetResult();
            terminal.Flush();
            return code;
        }
        catch (CommandFailure failure)
        {
            return Fail(terminal, failure.ExitCode, failure.Message, failure.HasPlaces ? "" : "supervisor: ");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            var time = Jobs.InWords.Of(timeout!.Value);
            return Fail(terminal, ExitCodes.TimedOut, context.HasOrdered
                ? $"not done within {time}; the operation goes on (`supervisor status` shows how far it is)"
                : $"no answer within {time}; nothing has been asked of the supervisor that would go on");
        }
        catch (BrokenPipeException)
        {
            // `| head` has what it wanted.
            return ExitCodes.Done;
        }
        catch (IOException broken)
        {
            return Fail(terminal, ExitCodes.Failed, FailureText.Of(broken));
        }
    }

    private static int Fail(Terminal terminal, int code, string message, string prefix = "supervisor: ")
    {
        try
        {
            terminal.Flush();
            terminal.Error(prefix + message);
        }
        catch (IOException)
        {
            // Nobody reads us: the exit code is what is left.
        }

        return code;
    }
}
