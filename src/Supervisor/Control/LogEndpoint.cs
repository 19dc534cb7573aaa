using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Supervisor.Control.Messages;
using Supervisor.Jobs.Ports;

namespace Supervisor.Control;

/// <summary>The log stream: one JSON object a line, until the past is told or, when following, until the client or the supervisor ends it.</summary>
internal sealed class LogEndpoint(ControlOptions options, CancellationToken stopping)
{
    private static readonly byte[] _newline = [(byte)'\n'];

    private static readonly ApiDescription _description = new("What jobs wrote: one JSON object a line; missed says how many lines a slow reader was not given.")
    {
        Answer = ControlJson.Default.LogLineMessage,
        MediaType = "application/x-ndjson",
        OtherStatuses = [404],
        Query =
        [
            new("lines", "a number of lines of each instance, or all"),
            ApiParameter.Follow,
            new("run", "only of the current (or last) run", "boolean"),
            new("stream", "stdout or stderr; none: both"),
        ],
    };

    /// <summary>Adds <c>GET /v1/logs?job=a&amp;job=b</c> and <c>GET /v1/jobs/NAME/logs</c>.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        (_description with { Query = [ApiParameter.Jobs, .. _description.Query] }).Map(
            routes, "GET", "/v1/logs", context => StreamAsync(context, context.Request.Query.Jobs()));
        _description.Map(routes, "GET", "/v1/jobs/{name}/logs", context => StreamAsync(context, [(string)context.Request.RouteValues["name"]!]));
    }

    private async Task StreamAsync(HttpContext context, IReadOnlyList<string> words)
    {
        var names = JobSelector.Select(options.Supervisor.Snapshot, words).Select(instance => instance.Name).ToList();
        var query = QueryOf(context.Request.Query);
        using var end = new StreamEnd(context.RequestAborted, stopping);
        context.Response.ContentType = "application/x-ndjson";
        // `logs -f | less` reads nothing for hours, and may.
        context.Features.GetRequiredFeature<IHttpMinResponseDataRateFeature>().MinDataRate = null;
        // The head goes out at once: a follower of a silent job must see that it is connected.
        await context.Response.StartAsync(end.OfWrites).ConfigureAwait(false);
        try
        {
            await SendAsync(context, LogMerge.Read(options.Logs, names, query, end.OfReads), end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The supervisor ends: what was read has been sent, and the client sees an orderly end.
        }
    }

    private static async Task SendAsync(
        HttpContext context, IAsyncEnumerable<(Specs.InstanceName Name, LogLine Line)> lines, StreamEnd end)
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
        Lines(query["lines"]), query.Flag("follow"), query.Flag("run"), Stream(query["stream"]));

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
