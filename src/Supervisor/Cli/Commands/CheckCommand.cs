using System.CommandLine;
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
        var problems = result.Spec is { } spec ? [.. OfMachine(spec, context.Hooks)] : result.Problems.Select(problem => problem.ToString()).ToList();
        foreach (var problem in problems)
        {
            context.Terminal.Line(PlainText.Of(problem));
        }

        if (problems.Count > 0)
        {
            context.Terminal.Line($"{file}: {problems.Count} problem{(problems.Count == 1 ? "" : "s")}");
            return Task.FromResult(ExitCodes.Failed);
        }

        var jobs = result.Spec!.Jobs.Count;
        context.Terminal.Told($"{file}: valid, {jobs} job{(jobs == 1 ? "" : "s")}");
        return Task.FromResult(ExitCodes.Done);
    }

    // Instances that differ in nothing that is checked would say the same again.
    private static IEnumerable<string> OfMachine(SupervisorSpec spec, DaemonHooks hooks) =>
        hooks.CheckMachine is not { } check ? []
        : (from job in spec.Jobs
           from index in Enumerable.Range(0, job.Instances)
           from failure in check(job.Instance(index).Process)
           let key = failure.Step.ConfigurationKey()
           let position = job.PositionOf(key ?? "")
           select $"{(position is { } at ? $"{at}: " : "")}job '{job.Name}' cannot be started on this machine: {failure}").Distinct();
}
