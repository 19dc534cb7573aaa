using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Supervisor.Cli.Http;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor events [JOB...] [-f] [--since SEQ] [-n N]</c></summary>
internal sealed class EventsCommand : ICommand
{
    private const int ShownBeforeFollowing = 10;

    private readonly Argument<string[]> _jobs = CommonOptions.Jobs(required: false);
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "go on with new events until Ctrl-C" };
    private readonly Option<string?> _since = new("--since") { Description = "begin after the event of this number; BOOT:SEQ (-o wide shows it) fails when the supervisor has been started anew since", HelpName = "SEQ" };
    private readonly Option<int?> _lines = new("--lines", "-n")
    {
        Description = "begin with at most so many of those that are kept (default: all, with -f 10)",
        HelpName = "N",
    };

    public EventsCommand()
    {
        _since.Validators.Add(result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (!ulong.TryParse(text[(text.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"--since: the number of an event, or BOOT:NUMBER, not '{text}'");
            }
        });
        Syntax = new("events", "what has happened, numbered: every change of state") { _jobs, _follow, _since, _lines };
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var stream = await context.Client.StreamAsync(Path(context.Line), cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream);
            try
            {
                while (await NextAsync(reader, context, cancellation).ConfigureAwait(false) is { } json)
                {
                    Show(context, json);
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
        var next = EventReader.NextAsync(reader, cancellation);
        if (!next.IsCompleted)
        {
            context.Terminal.Flush();
        }

        return await next.ConfigureAwait(false);
    }

    private string Path(ParseResult line)
    {
        var jobs = JobQuery.Of(line.GetValue(_jobs) ?? []);
        var query = new StringBuilder("/v1/events").Append(jobs).Append(jobs.Length == 0 ? '?' : '&');
        var follow = line.GetValue(_follow);
        var since = line.GetValue(_since);
        query.Append(follow ? "follow=true" : "follow=false");
        query.Append(CultureInfo.InvariantCulture, $"{(since is null ? "" : $"&since={Uri.EscapeDataString(since)}")}");
        var last = line.GetValue(_lines) ?? (follow && since is null ? ShownBeforeFollowing : null);
        query.Append(CultureInfo.InvariantCulture, $"{(last is null ? "" : $"&last={last}")}");
        return query.ToString();
    }

    private static void Show(CommandContext context, string json)
    {
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line(json);
            return;
        }

        var happened = JsonSerializer.Deserialize(json, ControlJson.Default.EventMessage)!;
        if (happened.Missed > 0)
        {
            context.Terminal.Error($"supervisor: {happened.Missed} events before number {happened.Sequence} are no longer kept");
        }

        context.Terminal.Line(EventText.Line(happened, context.Format is OutputFormat.Wide, context.Terminal.Colours, TimeZoneInfo.Local));
    }
}
