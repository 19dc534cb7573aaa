using System.Text;
using System.Text.Json;
using Supervisor.Configuration.Keys;

namespace Supervisor.Configuration;

/// <summary>Writes the JSON schema (draft 2020-12) that gives editors completion, from the key tables.</summary>
public static class SchemaWriter
{
    /// <summary>The schema of a configuration file.</summary>
    public static string Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "Configuration of Supervisor");
            WriteSection(json, FileKeys.File);
            json.WriteStartObject("$defs");
            json.WriteStartObject("job");
            WriteSection(json, JobKeys.Job);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void WriteSection(Utf8JsonWriter json, Section section)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        foreach (var key in section.Keys)
        {
            json.WriteStartObject(key.Name);
            json.WriteString("description", key.Default is null ? key.Meaning : $"{key.Meaning} Default: {key.Default}");
            WriteShape(json, key.Shape);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteShape(Utf8JsonWriter json, Shape shape)
    {
        switch (shape)
        {
            case ScalarShape scalar:
                WriteScalar(json, scalar);
                break;
            case WordsShape words:
                json.WriteStartArray("enum");
                Array.ForEach(words.Allowed, json.WriteStringValue);
                json.WriteEndArray();
                break;
            case ListShape list:
                json.WriteString("type", "array");
                WriteObject(json, "items", list.Item);
                break;
            case MapShape map:
                json.WriteString("type", "object");
                WriteObject(json, "additionalProperties", map.Value);
                break;
            case SectionShape { Section: var section } when section == JobKeys.Job:
                json.WriteString("$ref", "#/$defs/job");
                break;
            case SectionShape { Section: var section }:
                WriteSection(json, section);
                break;
            case AnyShape { Shapes.Length: > 0 } any:
                json.WriteStartArray("anyOf");
                foreach (var one in any.Shapes)
                {
                    json.WriteStartObject();
                    WriteShape(json, one);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter json, string name, Shape shape)
    {
        json.WriteStartObject(name);
        WriteShape(json, shape);
        json.WriteEndObject();
    }

    /// <summary>Any scalar may be a variable, and a number or boolean counts as text where text is due.</summary>
    private static void WriteScalar(Utf8JsonWriter json, ScalarShape scalar)
    {
        json.WriteStartArray("type");
        json.WriteStringValue(scalar.Type);
        foreach (var other in scalar.Type == "string" ? new[] { "number", "boolean" } : ["string"])
        {
            json.WriteStringValue(other);
        }

        json.WriteEndArray();
        if (scalar.Pattern is not null)
        {
            json.WriteString("pattern", scalar.Pattern);
        }

        if (scalar.Least is { } least)
        {
            json.WriteNumber("minimum", least);
        }

        if (scalar.Most is { } most)
        {
            json.WriteNumber("maximum", most);
        }
    }
}
