using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor status [JOB...]</c></summary>
internal sealed class StatusCommand : ICommand
{
    private readonly Argument<string[]> _jobs = CommonOptions.Jobs(required: false);

    public StatusCommand() => Syntax = new("status", "the jobs: state, pid, uptime, restarts, last exit, next action") { _jobs };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var jobs = context.Line.GetValue(_jobs) ?? [];
        var (status, json) = await context.Client.GetAsync("/v1/status" + JobQuery.Of(jobs), ControlJson.Default.StatusMessage, cancellation)
            .ConfigureAwait(false);
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
            return StatusText.ExitCode(status.Jobs);
        }

        foreach (var line in StatusText.Lines(status, context.Format is OutputFormat.Wide, context.Terminal.Colours, TimeZoneInfo.Local))
        {
            context.Terminal.Told(line);
        }

        foreach (var note in StatusText.Notes(status))
        {
            context.Terminal.Note(note);
        }

        return StatusText.ExitCode(status.Jobs);
    }
}
