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

    private static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, string contentType)
    {
        byte[] body = [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
