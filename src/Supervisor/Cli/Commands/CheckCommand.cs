using System.CommandLine;
using System.Text.Json;
using Supervisor.Configuration;
using Supervisor.Control.Messages;
using Supervisor.Specs;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor check</c>: reads the configuration here, without a daemon, and looks whether this machine has what it names.</summary>
internal sealed class CheckCommand : ICommand
{
    /// <inheritdoc/>
    public Command Syntax { get; } = new("check", "validate the configuration; all problems as file:line:column");

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var file = context.ConfigurationFile;
        var result = DefaultPlaces.Read(file);
        var problems = result.Spec is { } spec ? [.. OfMachine(spec, context.Hooks)] : result.Problems.ToList();
        var jobs = result.Spec?.Jobs.Count ?? 0;
        if (context.Format is OutputFormat.Json)
        {
            var message = new CheckMessage(file, problems.Count == 0, jobs, [.. problems.Select(p => new ConfigurationProblemMessage(p.Position.File, p.Position.Line, p.Position.Column, p.Message))]);
            context.Terminal.Line(JsonSerializer.Serialize(message, ControlJson.Default.CheckMessage));
        }
        else if (problems.Count == 0)
        {
            context.Terminal.Told($"{file}: valid, {jobs} job{(jobs == 1 ? "" : "s")}");
        }
        else
        {
            problems.ForEach(problem => context.Terminal.Line(PlainText.Of(problem.ToString())));
            context.Terminal.Line($"{file}: {problems.Count} problem{(problems.Count == 1 ? "" : "s")}");
        }

        return Task.FromResult(problems.Count == 0 ? ExitCodes.Done : ExitCodes.Failed);
    }

    // Instances that differ in nothing that is checked would say the same again.
    private static IEnumerable<ConfigurationProblem> OfMachine(SupervisorSpec spec, DaemonHooks hooks) =>
        hooks.CheckMachine is not { } check ? []
        : (from job in spec.Jobs
           from index in Enumerable.Range(0, job.Instances)
           from failure in check(job.Instance(index).Process)
           let position = job.PositionOf(failure.Step.ConfigurationKey() ?? "") ?? new SourcePosition(spec.File, 1, 1)
           select new ConfigurationProblem(position, $"job '{job.Name}' cannot be started on this machine: {failure}")).Distinct();
}
