using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor show JOB</c></summary>
internal sealed class ShowCommand : ICommand
{
    private readonly Argument<string> _job = CommonOptions.Job();

    public ShowCommand() => Syntax = new("show", "the effective specification, secrets hidden") { _job };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var name = Uri.EscapeDataString(context.Line.GetRequiredValue(_job));
        var (show, json) = await context.Client.GetAsync($"/v1/jobs/{name}", ControlJson.Default.ShowMessage, cancellation).ConfigureAwait(false);
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
            return ExitCodes.Done;
        }

        foreach (var job in show.Jobs)
        {
            context.Terminal.Line($"{job.Name} ({job.State})");
            var width = job.Keys.Max(key => key.Key.Length);
            foreach (var key in job.Keys)
            {
                context.Terminal.Line(PlainText.Of($"  {key.Key.PadRight(width)}  {key.Value}{(key.Position is null ? "" : $"   ({key.Position})")}"));
            }
        }

        return ExitCodes.Done;
    }
}
