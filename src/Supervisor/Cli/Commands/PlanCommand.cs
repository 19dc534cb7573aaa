using System.CommandLine;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor plan</c>: reads the configuration here, without a daemon.</summary>
internal sealed class PlanCommand : ICommand
{
    /// <inheritdoc/>
    public Command Syntax { get; } = new("plan", "the order in which the jobs of the configuration start; needs no daemon");

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var file = context.ConfigurationFile;
        var result = DefaultPlaces.Read(file);
        if (result.Spec is not { } spec)
        {
            throw new CommandFailure(
                ExitCodes.Failed, string.Join('\n', result.Problems.Select(problem => PlainText.Of(problem.ToString())).Append($"{file} has problems: there is no plan")));
        }

        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line(PlanText.Json(spec));
            return Task.FromResult(ExitCodes.Done);
        }

        foreach (var line in PlanText.Lines(spec))
        {
            context.Terminal.Line(line);
        }

        return Task.FromResult(ExitCodes.Done);
    }
}
