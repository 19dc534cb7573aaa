using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor blame</c></summary>
internal sealed class BlameCommand : ICommand
{
    /// <inheritdoc/>
    public Command Syntax { get; } = new("blame", "how long each job took to come up, and the critical path");

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var (graph, json) = await context.Client.GetAsync("/v1/graph", ControlJson.Default.GraphMessage, cancellation).ConfigureAwait(false);
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
            return ExitCodes.Done;
        }

        foreach (var line in BlameText.Lines(graph, context.Terminal.Colours))
        {
            context.Terminal.Line(line);
        }

        return ExitCodes.Done;
    }
}
