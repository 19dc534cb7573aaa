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
    private readonly Option<string?> _stream = new("--stream") { Description = "only this stream", HelpName = "stdout|stderr" };

    public LogsCommand()
    {
        _stream.AcceptOnlyFromAmong("stdout", "stderr");
        _lines.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value != "all" && !uint.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"--lines: a number of lines or all, not '{token.Value}'");
            }
        });
        Syntax = new("logs", "what jobs wrote to stdout and stderr") { _jobs, _follow, _lines, _run, _stream };
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var jobs = context.Line.GetValue(_jobs) ?? [];
        var stream = await context.Client.StreamAsync(Path(context.Line, jobs), cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream);
            var prefixed = jobs is not [var only] || only.AsSpan().ContainsAny('*', '?');
            try
            {
                while (await NextAsync(reader, context, cancellation).ConfigureAwait(false) is { } json)
                {
                    Show(context, json, prefixed);
                }
            }
            catch (ConnectionBrokenException)
            {
                throw new CommandFailure(ExitCodes.Failed, "the supervisor broke the connection off: it has ended");
            }
        }

        return ExitCodes.Done;
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
        query.Append("lines=").Append(line.GetValue(_lines));
        query.Append(line.GetValue(_follow) ? "&follow=true" : "").Append(line.GetValue(_run) ? "&run=true" : "");
        query.Append(line.GetValue(_stream) is { } stream ? "&stream=" + stream : "");
        return query.ToString();
    }

    private static void Show(CommandContext context, string json, bool prefixed)
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
        var prefix = wide + (prefixed ? $"{line.Job} | " : "");
        if (line.Bytes is { } bytes && !context.Terminal.IsTerminal)
        {
            context.Terminal.Line(prefix, Convert.FromBase64String(bytes));
            return;
        }

        context.Terminal.Line(prefix + (context.Terminal.IsTerminal ? PlainText.Of(line.Text) : line.Text));
    }
}
