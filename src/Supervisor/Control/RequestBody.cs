using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Supervisor.Control.Messages;

namespace Supervisor.Control;

/// <summary>Reads the body of an operation; what is not the JSON that is due there is told with its place.</summary>
internal static class RequestBody
{
    /// <summary>
    /// Reads it. An empty body is an operation without anything said; <c>?wait=false</c> is the short way for curl. A member that means nothing to this
    /// operation is a mistake that must be told: who sends it expects something that will not happen.
    /// </summary>
    public static async Task<OperationRequest> ReadAsync(HttpContext context, string operation, IReadOnlyList<string> members)
    {
        // `POST /v1/shutdown?job=web` must not stop everything else.
        if (context.Request.Query.Keys.FirstOrDefault(key => key != "wait") is { } stray)
        {
            throw RequestException.Bad($"{operation}: '{stray}' means nothing in the address, only wait does; the body takes {string.Join(", ", members)}");
        }

        using var text = new MemoryStream();
        await context.Request.Body.CopyToAsync(text, context.RequestAborted).ConfigureAwait(false);
        var waits = context.Request.Query["wait"].Count == 0 || context.Request.Query.Flag("wait");
        if (text.Length == 0)
        {
            return waits ? new() : new() { Wait = false };
        }

        var body = Parse(text.GetBuffer().AsSpan(0, (int)text.Length), operation, members);
        return waits ? body : body with { Wait = false };
    }

    private static OperationRequest Parse(ReadOnlySpan<byte> text, string operation, IReadOnlyList<string> members)
    {
        try
        {
            var body = JsonSerializer.Deserialize(text, RequestJson.Default.OperationRequest) ?? new();
            DemandKnown(text, operation, members);
            return body.Jobs?.Any(job => job is null) is true ? throw RequestException.Bad("jobs: names, not null") : body;
        }
        catch (JsonException malformed)
        {
            throw RequestException.Bad(InWords(malformed));
        }
    }

    private static void DemandKnown(ReadOnlySpan<byte> text, string operation, IReadOnlyList<string> members)
    {
        var reader = new Utf8JsonReader(text);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.GetString() is { } name && !members.Contains(name))
            {
                throw RequestException.Bad($"{operation}: '{name}' means nothing here; it takes {string.Join(", ", members)}");
            }
        }
    }

    private static string InWords(JsonException malformed)
    {
        var where = $"line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}";
        var place = string.IsNullOrEmpty(malformed.Path) || malformed.Path == "$" ? "" : $", at {malformed.Path}";
        return $"the body is not the JSON that is due here ({where}{place}): {What(malformed)}";
    }

    // A value of another type is told by .NET with the name of a class of ours.
    private static string What(JsonException malformed)
    {
        var what = malformed.Message;
        if (what.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
        {
            return $"expected {Expected(malformed.Path ?? "$")}";
        }

        if (what.StartsWith("The input does not contain any JSON tokens", StringComparison.Ordinal))
        {
            return "it is blank; {} says nothing, and so does a body without a byte";
        }

        var end = what.IndexOf(" Path: ", StringComparison.Ordinal);
        end = end < 0 ? what.IndexOf(" LineNumber: ", StringComparison.Ordinal) : end;
        return end < 0 ? what : what[..end];
    }

    private static string Expected(string path)
    {
        var member = path.TrimStart('$', '.').Split('[', '.')[0];
        var type = RequestJson.Default.OperationRequest.Properties.FirstOrDefault(property => property.Name == member)?.PropertyType;
        return type is null ? "an object such as {\"jobs\": [\"web\"]}"
            : type == typeof(bool?) ? "true or false"
            : type == typeof(int?) ? "a whole number"
            : type == typeof(string) || path.Contains('[', StringComparison.Ordinal) ? "a text in quotes"
            : "a list of texts such as [\"web\"]";
    }
}
