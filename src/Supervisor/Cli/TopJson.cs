using System.Buffers;
using System.Text.Json;

namespace Supervisor.Cli;

/// <summary>
/// <c>top -o json</c>: the answer of <c>GET /v1/status</c>, each job with what <c>/v1/usage</c> and <c>/v1/boards</c> say of it. Works on the JSON itself, so that members of a
/// newer daemon come through.
/// </summary>
internal static class TopJson
{
    /// <summary>The object, without a line break.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> status, ReadOnlyMemory<byte> usage, ReadOnlyMemory<byte> boards)
    {
        using JsonDocument statuses = JsonDocument.Parse(status), usages = JsonDocument.Parse(usage), shown = JsonDocument.Parse(boards);
        var (usageOf, boardOf) = (ByName(usages.RootElement.GetProperty("jobs")), ByName(shown.RootElement.GetProperty("boards")));
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WritePropertyName("at");
        usages.RootElement.GetProperty("at").WriteTo(json);
        foreach (var member in statuses.RootElement.EnumerateObject())
        {
            if (member.NameEquals("jobs"))
            {
                json.WriteStartArray(member.Name);
                foreach (var job in member.Value.EnumerateArray())
                {
                    Job(json, job, usageOf, boardOf);
                }

                json.WriteEndArray();
            }
            else
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private static Dictionary<string, JsonElement> ByName(JsonElement list) => list.EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!);

    private static void Job(Utf8JsonWriter json, JsonElement job, Dictionary<string, JsonElement> usageOf, Dictionary<string, JsonElement> boardOf)
    {
        var name = job.GetProperty("name").GetString()!;
        json.WriteStartObject();
        foreach (var member in job.EnumerateObject())
        {
            member.WriteTo(json);
        }

        Part(json, "usage", usageOf, name);
        Part(json, "board", boardOf, name);
        json.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter json, string what, Dictionary<string, JsonElement> parts, string name)
    {
        json.WritePropertyName(what);
        if (!parts.TryGetValue(name, out var part))
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        foreach (var member in part.EnumerateObject().Where(member => !member.NameEquals("name")))
        {
            member.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
