using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Supervisor.Specs;

/// <summary>
/// Defaults for JSON that an older version has written. The source-generated reader gives a missing member of a record the default of its type (null, an
/// array that does not exist), not the one that the record says: so what is missing is filled in from a record of defaults before it is read.
/// </summary>
public static class JsonDefaults
{
    /// <summary>Fills in, in place and in nested objects, what <paramref name="value"/> has not; lists are left as they are.</summary>
    public static JsonObject Fill(JsonObject value, JsonObject defaults)
    {
        foreach (var (name, standard) in defaults)
        {
            if (!value.TryGetPropertyValue(name, out var present))
            {
                value[name] = standard?.DeepClone();
            }
            else if (present is JsonObject inner && standard is JsonObject innerDefaults)
            {
                Fill(inner, innerDefaults);
            }
        }

        return value;
    }

    /// <summary>The same for each object of a list; null or no list: nothing happens.</summary>
    public static void FillEach(JsonNode? list, JsonObject defaults)
    {
        foreach (var item in list as JsonArray ?? [])
        {
            if (item is JsonObject value)
            {
                Fill(value, defaults);
            }
        }
    }

    /// <summary>A record of defaults as JSON.</summary>
    public static JsonObject Of<T>(T defaults, JsonTypeInfo<T> type) => (JsonObject)JsonSerializer.SerializeToNode(defaults, type)!;
}
