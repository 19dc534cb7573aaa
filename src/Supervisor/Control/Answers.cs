using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Supervisor.Control.Messages;

namespace Supervisor.Control;

/// <summary>How answers are written.</summary>
internal static class Answers
{
    // Never waits for its reader, which is us.
    private static readonly PipeOptions _pieces = new(minimumSegmentSize: 32 * 1024, pauseWriterThreshold: 0);

    /// <summary>A JSON object and a newline, so that a terminal shows it well.</summary>
    public static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) => WriteAsync(context, value, type, "application/json");

    /// <summary>A problem.</summary>
    public static Task ProblemAsync(HttpContext context, ProblemMessage problem)
    {
        context.Response.StatusCode = problem.Status;
        return WriteAsync(context, problem, ProblemJson.Default.ProblemMessage, "application/problem+json");
    }

    // Whole before anything of it is sent, so that what cannot be written is a problem told and no half answer. In pieces: one about a thousand jobs is half a
    // megabyte, and an array of that size would bring about a collection of everything.
    private static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, string contentType)
    {
        var whole = new Pipe(_pieces);
        try
        {
            context.Response.ContentLength = Fill(whole.Writer, value, type);
            context.Response.ContentType = contentType;
            await whole.Reader.CopyToAsync(context.Response.BodyWriter, context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            await whole.Writer.CompleteAsync().ConfigureAwait(false);
            await whole.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static long Fill<T>(PipeWriter whole, T value, JsonTypeInfo<T> type)
    {
        using var writer = new Utf8JsonWriter(whole);
        JsonSerializer.Serialize(writer, value, type);
        whole.Write("\n"u8);
        var length = whole.UnflushedBytes;
        whole.Complete();
        return length;
    }
}
