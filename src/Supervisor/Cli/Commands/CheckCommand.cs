using System.CommandLine;
using System.Text.Json;
using Supervisor.Configuration;
using Supervisor.Control.Messages;
using Supervisor.Jobs;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor check</c>: reads the configuration here, without a daemon, and looks whether this machine has what it names.</summary>
internal sealed class CheckCommand : ICommand
{
    private readonly Argument<string?> _file = new("FILE") { Description = "the configuration file, in place of -c FILE", Arity = ArgumentArity.ZeroOrOne };

    public CheckCommand()
    {
        Syntax = new("check", "validate the configuration; all problems as file:line:column") { _file };
        Syntax.Validators.Add(result =>
        {
            if (result.GetValue(_file) is { } file && result.GetValue(CommonOptions.Config) is { } other)
            {
                result.AddError($"one file at a time: '{file}' or -c '{other}'");
            }
        });
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var file = context.Line.GetValue(_file) ?? context.ConfigurationFile;
        var result = DefaultPlaces.Read(file);
        var findings = (result.Spec is { } spec ? context.Hooks.CheckMachine?.Invoke(spec) : null)?.ToLookup(finding => finding.IsWarning, finding => new ConfigurationProblem(finding.Position, finding.Message));
        var problems = findings?[false].ToList() ?? [.. result.Problems];
        var warnings = findings?[true].ToList() ?? [];
        var jobs = result.Spec?.Jobs.Count ?? 0;
        if (context.Format is OutputFormat.Json)
        {
            var message = new CheckMessage(file, problems.Count == 0, jobs, Messages(problems), Messages(warnings));
            context.Terminal.Line(JsonSerializer.Serialize(message, ControlJson.Default.CheckMessage));
        }
        else
        {
            problems.ForEach(problem => context.Terminal.Line(PlainText.Of(problem.ToString())));
            warnings.ForEach(warning => context.Terminal.Told(PlainText.Of($"{warning.Position}: warning: {warning.Message}")));
            var counted = problems.Count > 0 ? InWords.Count(problems.Count, "problem") : $"valid, {InWords.Count(jobs, "job")}";
            (problems.Count > 0 ? context.Terminal.Line : (Action<string>)context.Terminal.Told)($"{file}: {counted}{(warnings.Count > 0 ? $", {InWords.Count(warnings.Count, "warning")}" : "")}");
        }

        return Task.FromResult(problems.Count == 0 ? ExitCodes.Done : ExitCodes.Failed);
    }

    private static ConfigurationProblemMessage[] Messages(IEnumerable<ConfigurationProblem> problems) =>
        [.. problems.Select(ConfigurationProblemMessage.Of)];
}
