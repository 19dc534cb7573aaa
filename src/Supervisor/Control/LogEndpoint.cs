using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Supervisor.Control.Messages;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>The log stream: one JSON object a line, until the past is told or, when following, until the client or the supervisor ends it.</summary>
internal sealed class LogEndpoint(ControlOptions options, CancellationToken stopping)
{
    private static readonly byte[] _newline = [(byte)'\n'];

    private static readonly ApiDescription _description = new("What jobs wrote: one JSON object a line; missed says how many lines a slow reader was not given.")
    {
        Answer = ControlJson.Default.LogLineMessage,
        MediaType = "application/x-ndjson",
        OtherStatuses = [404, 409],
        Query =
        [
            new("lines", "a number of lines of each instance, or all"),
            ApiParameter.Follow,
            new("run", "only of the current (or last) run", "boolean"),
            new("stream", "stdout or stderr; none: both"),
            new("since", "only lines from this time on (RFC 3339); lines of unknown time count by the file that they are in"),
        ],
    };

    private static readonly ApiDescription _rotation = new("Begin new log files: the current ones become older ones.", Access.All)
    {
        Answer = ControlJson.Default.RotationMessage,
        OtherStatuses = [404],
        Query = [ApiParameter.Jobs],
    };

    /// <summary>Adds <c>GET /v1/logs?job=a&amp;job=b</c>, <c>GET /v1/jobs/NAME/logs</c> and <c>POST /v1/logs/rotate</c>.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        (_description with { Query = [ApiParameter.Jobs, .. _description.Query] }).Map(
            routes, "GET", "/v1/logs", context => StreamAsync(context, context.Request.Query.Jobs()));
        _rotation.Map(routes, "POST", "/v1/logs/rotate", context => RotateAsync(context, context.Request.Query.Jobs()));
        _description.Map(routes, "GET", "/v1/jobs/{name}/logs", context => StreamAsync(context, [(string)context.Request.RouteValues["name"]!]));
    }

    private async Task StreamAsync(HttpContext context, IReadOnlyList<string> words)
    {
        var query = QueryOf(context.Request.Query);
        var feeds = Feeds(words, query);
        using var end = new StreamEnd(context.RequestAborted, stopping);
        context.Response.ContentType = "application/x-ndjson";
        // `logs -f | less` reads nothing for hours, and may.
        context.Features.GetRequiredFeature<IHttpMinResponseDataRateFeature>().MinDataRate = null;
        // The head goes out at once: a follower of a silent job must see that it is connected.
        await context.Response.StartAsync(end.OfWrites).ConfigureAwait(false);
        try
        {
            await SendAsync(context, LogMerge.Read(feeds, end.OfReads), end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The supervisor ends: what was read has been sent, and the client sees an orderly end.
        }
    }

    private async Task RotateAsync(HttpContext context, IReadOnlyList<string> words)
    {
        var instances = JobSelector.Select(options.Supervisor.Snapshot, words);
        var files = await Task.WhenAll(instances.Select(instance => options.Logs.Rotate(instance.Name))).WaitAsync(context.RequestAborted).ConfigureAwait(false);
        var rotated = instances.Zip(files).SelectMany(of => of.Second.Select(file => new RotatedFileMessage(of.First.Name.ToString(), file.Path, Word(file.How), file.Error)));
        await Answers.JsonAsync(context, new RotationMessage([.. rotated]), ControlJson.Default.RotationMessage).ConfigureAwait(false);
    }

    private static string Word(LogRotation how) => how switch
    {
        LogRotation.Done => "rotated",
        LogRotation.AtLineEnd => "at-line-end",
        LogRotation.Empty => "empty",
        _ => "failed",
    };

    // Jobs whose output goes elsewhere are left out, unless there are no others.
    private List<(InstanceName Name, LogFeed Feed)> Feeds(IReadOnlyList<string> words, LogQuery query)
    {
        var feeds = JobSelector.Select(options.Supervisor.Snapshot, words).Select(instance => (instance.Name, Feed: options.Logs.Read(instance.Name, query))).ToList();
        return feeds.Count > 0 && feeds.All(feed => feed.Feed.WhyNotKept is not null)
            ? throw RequestException.Refused(string.Join("; ", feeds.Select(feed => feed.Feed.WhyNotKept)))
            : feeds;
    }

    private static async Task SendAsync(
        HttpContext context, IAsyncEnumerable<(InstanceName Name, LogLine Line)> lines, StreamEnd end)
    {
        var body = context.Response.BodyWriter;
        using var json = new Utf8JsonWriter(body);
        var reader = lines.GetAsyncEnumerator(end.OfReads);
        await using (reader.ConfigureAwait(false))
        {
            while (true)
            {
                var next = reader.MoveNextAsync();
                if (!next.IsCompleted)
                {
                    // Nothing more for now: what there is goes out.
                    await body.FlushAsync(end.OfWrites).ConfigureAwait(false);
                }

                if (!await next.ConfigureAwait(false))
                {
                    break;
                }

                JsonSerializer.Serialize(json, StoryReport.Of(reader.Current.Name.ToString(), reader.Current.Line), ControlJson.Default.LogLineMessage);
                json.Flush();
                json.Reset();
                if (!(await body.WriteAsync(_newline, end.OfWrites).ConfigureAwait(false)).IsCompleted)
                {
                    continue;
                }

                break;
            }
        }

        await body.FlushAsync(end.OfWrites).ConfigureAwait(false);
    }

    private static LogQuery QueryOf(IQueryCollection query) => new(
        Lines(query["lines"]), query.Flag("follow"), query.Flag("run"), Stream(query["stream"]), query.Time("since"));

    private static int? Lines(string? text) =>
        text is null or "all" ? null : (int)Math.Min(int.MaxValue, QueryValues.Number("lines (a number of lines, or all)", text)!.Value);

    private static LogStream? Stream(string? text) => text switch
    {
        null => null,
        "stdout" => LogStream.Stdout,
        "stderr" => LogStream.Stderr,
        _ => throw RequestException.Bad($"stream: stdout or stderr, not '{text}'"),
    };
}
