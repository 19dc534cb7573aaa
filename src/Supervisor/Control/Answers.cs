using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Supervisor.Control.Messages;

namespace Supervisor.Control;

/// <summary>How answers are written.</summary>
internal static class Answers
{
    /// <summary>A JSON object and a newline, so that a terminal shows it well.</summary>
    public static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) => WriteAsync(context, value, type, "application/json");

    /// <summary>A problem.</summary>
    public static Task ProblemAsync(HttpContext context, ProblemMessage problem)
    {
        context.Response.StatusCode = problem.Status;
        return WriteAsync(context, problem, ProblemJson.Default.ProblemMessage, "application/problem+json");
    }

    // Straight into the blocks that the connection is sent from: the answer about a thousand jobs is half a megabyte, and an array of that size would
    // bring about a collection of everything.
    private static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, string contentType)
    {
        var body = context.Response.BodyWriter;
        var writer = new Utf8JsonWriter(body);
        await using (writer.ConfigureAwait(false))
        {
            JsonSerializer.Serialize(writer, value, type);
            context.Response.ContentType = contentType;
            context.Response.ContentLength = writer.BytesCommitted + 1; // nothing has been sent yet
        }

        body.Write("\n"u8);
        await body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
