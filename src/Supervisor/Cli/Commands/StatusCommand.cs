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
        var isJson = context.Format is OutputFormat.Json;
        // The table has no use for what says nothing; a supervisor that does not know the word answers with the whole.
        var query = isJson ? JobQuery.Of(jobs) : JobQuery.Of(jobs, "brief=true");
        var (status, json) = await context.Client.GetAsync("/v1/status" + query, BriefJson.Status, cancellation).ConfigureAwait(false);
        if (isJson)
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
