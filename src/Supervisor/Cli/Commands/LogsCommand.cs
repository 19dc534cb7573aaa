using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Supervisor.Cli.Http;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor logs [JOB...]</c></summary>
internal sealed class LogsCommand : ICommand
{
    private readonly Argument<string[]> _jobs = CommonOptions.Jobs(required: false);
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "go on with new lines until Ctrl-C" };
    private readonly Option<string> _lines = new("--lines", "-n")
    {
        Description = "lines of the past of each job, or all",
        HelpName = "N",
        DefaultValueFactory = _ => "100",
    };

    private readonly Option<bool> _run = new("--run") { Description = "only of the current (or last) run" };
    private readonly Option<string?> _since = new("--since") { Description = "only lines since then: 10m for ten minutes ago, or 2026-11-25T09:30:00Z", HelpName = "TIME" };
    private readonly Option<bool> _rotate = new("--rotate") { Description = "begin new log files, in place of showing lines" };
    private readonly Option<string?> _stream = new("--stream") { Description = "only this stream", HelpName = "stdout|stderr" };

    public LogsCommand()
    {
        Choice.Of(_stream, "stdout", "stderr");
        _lines.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value != "all" && !uint.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"--lines: a number of lines or all, not '{token.Value}'");
            }
        });
        Syntax = new("logs", "what jobs wrote to stdout and stderr") { _jobs, _follow, _lines, _run, _stream, _since, _rotate };
        Syntax.Validators.Add(OnlyOne);
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var jobs = context.Line.GetValue(_jobs) ?? [];
        if (context.Line.GetValue(_rotate))
        {
            return await RotateAsync(context, jobs, cancellation).ConfigureAwait(false);
        }

        var stream = await context.Client.StreamAsync(Path(context.Line, jobs), cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream);
            try
            {
                while (await NextAsync(reader, context, cancellation).ConfigureAwait(false) is { } json)
                {
                    Show(context, json, jobs is [var only] ? only : null);
                }
            }
            catch (ConnectionBrokenException)
            {
                throw new CommandFailure(ExitCodes.Failed, "the supervisor broke the connection off: it has ended");
            }
        }

        return ExitCodes.Done;
    }

    private static async Task<int> RotateAsync(CommandContext context, string[] jobs, CancellationToken cancellation)
    {
        var (answer, json) = await context.Client.PostAsync("/v1/logs/rotate" + JobQuery.Of(jobs), ControlJson.Default.RotationMessage, cancellation).ConfigureAwait(false);
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
        }
        else
        {
            foreach (var file in answer.Files)
            {
                context.Terminal.Told(PlainText.Of($"{file.Job}: {Rotated(file)}"));
            }
        }

        return answer.Files.Any(file => file.Error is not null) ? ExitCodes.Failed
            : answer.Files.Count > 0 ? ExitCodes.Done
            : throw new CommandFailure(ExitCodes.Failed, "no log files of these jobs: they have not been started yet, or their output goes elsewhere");
    }

    private static string Rotated(RotatedFileMessage file) => file.Result switch
    {
        "rotated" => $"{file.File} is new",
        "at-line-end" => $"{file.File} begins anew when the line that is not over ends",
        "empty" => $"{file.File} is empty and stays",
        _ => $"not rotated: {file.Error}",
    };

    private void OnlyOne(System.CommandLine.Parsing.CommandResult result)
    {
        if (result.GetValue(_rotate) && (result.GetValue(_follow) || result.GetValue(_run) || result.GetValue(_since) is not null || result.GetValue(_stream) is not null))
        {
            result.AddError("--rotate shows no lines: it goes with jobs alone");
        }
    }

    private static string? Since(string? text)
    {
        if (text is null || !DurationText.TryParse(text, out var ago))
        {
            return text;
        }

        var now = TimeProvider.System.GetUtcNow();
        var since = ago < now - DateTimeOffset.UnixEpoch ? now - ago : DateTimeOffset.UnixEpoch;
        return since.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    // What there is goes out before we wait for more.
    private static async ValueTask<string?> NextAsync(StreamReader reader, CommandContext context, CancellationToken cancellation)
    {
        var next = reader.ReadLineAsync(cancellation);
        if (!next.IsCompleted)
        {
            context.Terminal.Flush();
        }

        return await next.ConfigureAwait(false);
    }

    private string Path(ParseResult line, string[] jobs)
    {
        var query = new StringBuilder("/v1/logs").Append(JobQuery.Of(jobs)).Append(jobs.Length == 0 ? '?' : '&');
        // With a time, the number limits only when it was written.
        var since = Since(line.GetValue(_since));
        query.Append("lines=").Append(since is not null && line.GetResult(_lines) is null or { Implicit: true } ? "all" : line.GetValue(_lines));
        query.Append(since is null ? "" : "&since=" + Uri.EscapeDataString(since));
        query.Append(line.GetValue(_follow) ? "&follow=true" : "").Append(line.GetValue(_run) ? "&run=true" : "");
        query.Append(line.GetValue(_stream) is { } stream ? "&stream=" + stream : "");
        return query.ToString();
    }

    // Lines are told apart by their instance, unless only one was asked for.
    private static void Show(CommandContext context, string json, string? only)
    {
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line(json);
            return;
        }

        var line = JsonSerializer.Deserialize(json, ControlJson.Default.LogLineMessage)!;
        if (line.Missed > 0)
        {
            context.Terminal.Error($"supervisor: {line.Missed} lines of {line.Job} were left out: this reader was too slow");
        }

        var wide = context.Format is OutputFormat.Wide
            ? $"{ClockText.DayAndTimeOrBlank(line.At, TimeZoneInfo.Local)} {(line.Stream == "stdout" ? "out" : "err")} "
            : "";
        var prefix = wide + (line.Job == only ? "" : $"{line.Job} | ");
        if (line.Bytes is { } bytes && !context.Terminal.IsTerminal)
        {
            context.Terminal.Line(prefix, Convert.FromBase64String(bytes));
            return;
        }

        context.Terminal.Line(prefix + (context.Terminal.IsTerminal ? PlainText.Of(line.Text) : line.Text));
    }
}
