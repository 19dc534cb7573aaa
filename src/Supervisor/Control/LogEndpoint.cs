using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Supervisor.Control.Messages;
using Supervisor.Jobs.Ports;

namespace Supervisor.Control;

/// <summary>The log stream: one JSON object a line, until the past is told or, when following, until the client or the supervisor ends it.</summary>
internal sealed class LogEndpoint(ControlOptions options, CancellationToken stopping)
{
    private static readonly byte[] _newline = [(byte)'\n'];

    /// <summary>Adds <c>GET /v1/logs?job=a&amp;job=b</c> and <c>GET /v1/jobs/NAME/logs</c>.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/logs", context => StreamAsync(context, [.. context.Request.Query["job"].OfType<string>()]));
        routes.MapGet("/v1/jobs/{name}/logs", context => StreamAsync(context, [(string)context.Request.RouteValues["name"]!]));
    }

    private async Task StreamAsync(HttpContext context, string[] words)
    {
        Permission.Demand(context, Access.Read);
        var names = JobSelector.Select(options.Supervisor.Snapshot, words).Select(instance => instance.Name).ToList();
        var query = QueryOf(context.Request.Query);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "application/x-ndjson";
        // The head goes out at once: a follower of a silent job must see that it is connected.
        await context.Response.StartAsync(end.Token).ConfigureAwait(false);
        try
        {
            await SendAsync(context, LogMerge.Read(options.Logs, names, query, end.Token), end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The supervisor ends: what was read has been sent, and the client sees an orderly end.
        }
    }

    private static async Task SendAsync(
        HttpContext context, IAsyncEnumerable<(Specs.InstanceName Name, LogLine Line)> lines, CancellationToken cancellation)
    {
        var body = context.Response.BodyWriter;
        using var json = new Utf8JsonWriter(body);
        var reader = lines.GetAsyncEnumerator(cancellation);
        await using (reader.ConfigureAwait(false))
        {
            while (true)
            {
                var next = reader.MoveNextAsync();
                if (!next.IsCompleted)
                {
                    // Nothing more for now: what there is goes out.
                    await body.FlushAsync(cancellation).ConfigureAwait(false);
                }

                if (!await next.ConfigureAwait(false))
                {
                    break;
                }

                JsonSerializer.Serialize(json, StoryReport.Of(reader.Current.Name.ToString(), reader.Current.Line), ControlJson.Default.LogLineMessage);
                json.Flush();
                json.Reset();
                if (!(await body.WriteAsync(_newline, cancellation).ConfigureAwait(false)).IsCompleted)
                {
                    continue;
                }

                break;
            }
        }

        await body.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private static LogQuery QueryOf(IQueryCollection query) => new(
        Lines(query["lines"]), Flag(query, "follow"), Flag(query, "run"), Stream(query["stream"]));

    private static int? Lines(string? text) => text switch
    {
        null or "all" => null,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw RequestException.Bad($"lines: a number of lines or all, not '{text}'"),
    };

    private static bool Flag(IQueryCollection query, string name) => (string?)query[name] switch
    {
        null or "false" or "0" => false,
        "" or "true" or "1" => true,
        var text => throw RequestException.Bad($"{name}: true or false, not '{text}'"),
    };

    private static LogStream? Stream(string? text) => text switch
    {
        null => null,
        "stdout" => LogStream.Stdout,
        "stderr" => LogStream.Stderr,
        _ => throw RequestException.Bad($"stream: stdout or stderr, not '{text}'"),
    };
}
