using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Supervisor.Control.Messages;
using Supervisor.Jobs;

namespace Supervisor.Control.Events;

/// <summary>
/// The event stream as server-sent events: what is kept, then, when following, what comes. A reader that reads nothing holds its own connection's
/// buffer and no more; what it misses meanwhile is counted for it.
/// </summary>
internal sealed class EventsEndpoint(ControlOptions options, CancellationToken stopping)
{
    private static readonly byte[] _heartbeat = ": still here\n\n"u8.ToArray();

    /// <summary>Adds <c>GET /v1/events</c>.</summary>
    public void Map(IEndpointRouteBuilder routes) => new ApiDescription(
        "What happens, as server-sent events: every change of state, numbered without holes. The header Last-Event-ID does the same as since.")
    {
        Answer = ControlJson.Default.EventMessage,
        MediaType = "text/event-stream",
        OtherStatuses = [404, 409],
        Query =
        [
            new("since", "begin after the event of this number; without it: with the oldest that is kept. BOOT:NUMBER is refused when the supervisor has been started anew since"),
            new("last", "begin with at most so many of those that are kept", "integer"),
            ApiParameter.Follow,
            ApiParameter.Jobs with { Meaning = "only events of a job, an instance or a pattern; none: all, and those of the supervisor" },
        ],
    }.Map(routes, "GET", "/v1/events", StreamAsync);

    private async Task StreamAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var words = query.Jobs();
        JobSelector.Select(options.Supervisor.Snapshot, words);
        var since = Since(context.Request.Headers["Last-Event-ID"], query["since"]);
        if (query.Number("last") is { } last)
        {
            since = Math.Max(since, options.Events.Newest - last);
        }

        var follow = query.Flag("follow");
        using var end = new StreamEnd(context.RequestAborted, stopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        // A reader of a stream may be as slow as it likes.
        context.Features.GetRequiredFeature<IHttpMinResponseDataRateFeature>().MinDataRate = null;
        await context.Response.StartAsync(end.OfWrites).ConfigureAwait(false);
        try
        {
            await SendAsync(context, options.Events.Read(since, follow, end.OfReads), words, end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The supervisor ends: an orderly end for the client too.
        }
    }

    // A browser that comes again by itself cannot do anything about a refusal: it gets everything there is, and sees another boot in it.
    private long Since(string? lastEventId, string? since)
    {
        if (lastEventId is not null)
        {
            var (boot, last) = Parts("Last-Event-ID", lastEventId);
            return boot is null || boot == options.Events.Boot ? last : 0;
        }

        var (named, number) = since is null ? (null, 0) : Parts("since", since);
        return named is null || named == options.Events.Boot ? number : throw RequestException.Refused(
            $"since: number {number} is of another start of the supervisor ({named}); this one is {options.Events.Boot}, and has numbers from 1 to {options.Events.Newest}");
    }

    private static (string? Boot, long Number) Parts(string name, string text)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        return at < 0 ? (null, QueryValues.Number(name, text)!.Value) : (text[..at], QueryValues.Number(name, text[(at + 1)..])!.Value);
    }

    private async Task SendAsync(HttpContext context, IAsyncEnumerable<SupervisorEvent> events, IReadOnlyList<string> words, StreamEnd end)
    {
        var body = context.Response.BodyWriter;
        using var json = new Utf8JsonWriter(body);
        var reader = events.GetAsyncEnumerator(end.OfReads);
        var missed = 0L;
        await using (reader.ConfigureAwait(false))
        {
            while (await NextAsync(reader, context, end).ConfigureAwait(false))
            {
                var happened = reader.Current;
                missed += happened.Missed;
                if (words.Count > 0 && !(happened.Name is { } name && words.Any(word => JobSelection.Matches(word, name))))
                {
                    continue;
                }

                Write(body, json, Of(options.Events.Boot, happened, missed));
                missed = 0;
                if ((await body.FlushAsync(end.OfWrites).ConfigureAwait(false)).IsCompleted)
                {
                    break;
                }
            }
        }

        await body.FlushAsync(end.OfWrites).ConfigureAwait(false);
    }

    // Only a connection that would be silent gets heartbeats: they tell proxies, and us, that somebody is still there.
    private async Task<bool> NextAsync(IAsyncEnumerator<SupervisorEvent> reader, HttpContext context, StreamEnd end)
    {
        var next = reader.MoveNextAsync();
        if (next.IsCompleted)
        {
            return await next.ConfigureAwait(false);
        }

        var coming = next.AsTask();
        await context.Response.BodyWriter.FlushAsync(end.OfWrites).ConfigureAwait(false);
        while (true)
        {
            await ((Task)coming).WaitAsync(options.Limits.Heartbeat, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (coming.IsCompleted)
            {
                return await coming.ConfigureAwait(false);
            }

            await context.Response.BodyWriter.WriteAsync(_heartbeat, end.OfWrites).ConfigureAwait(false);
        }
    }

    private static void Write(PipeWriter body, Utf8JsonWriter json, EventMessage message)
    {
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {message.Boot}:{message.Sequence}\ndata: "), body);
        JsonSerializer.Serialize(json, message, ControlJson.Default.EventMessage);
        json.Flush();
        json.Reset();
        body.Write("\n\n"u8);
    }

    private static EventMessage Of(string boot, SupervisorEvent happened, long missed) => new(
        boot,
        happened.Line.Sequence,
        happened.Line.At,
        happened.Name?.ToString(),
        happened.Line.Attempt,
        happened.Name is null ? null : happened.Line.State.Word(),
        StoryReport.Word(happened.Line.Level),
        happened.Line.Text,
        missed);
}
