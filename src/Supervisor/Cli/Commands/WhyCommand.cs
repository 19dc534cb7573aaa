using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor why JOB</c></summary>
internal sealed class WhyCommand : ICommand
{
    private readonly Argument<string> _job = CommonOptions.Job();

    public WhyCommand() => Syntax = new("why", "the story of the last ends and decisions, in words, with the last log lines") { _job };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var name = Uri.EscapeDataString(context.Line.GetRequiredValue(_job));
        var (why, json) = await context.Client.GetAsync($"/v1/jobs/{name}/why", ControlJson.Default.WhyMessage, cancellation).ConfigureAwait(false);
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
            return ExitCodes.Done;
        }

        var now = TimeProvider.System.GetUtcNow();
        foreach (var line in why.Jobs.SelectMany(story => WhyText.Lines(story, TimeZoneInfo.Local, now)))
        {
            context.Terminal.Line(line);
        }

        return ExitCodes.Done;
    }
}
