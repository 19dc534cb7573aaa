using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Supervisor.Control;
using Supervisor.Control.Messages;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>Writes docs/openapi.json from what the server maps and from the contexts that its JSON comes from.</summary>
internal sealed class OpenApiDocument
{
    private static readonly Dictionary<int, string> _statuses = new()
    {
        [200] = "Done.",
        [202] = "Accepted: it goes on.",
        [400] = "The request makes no sense.",
        [403] = "Not allowed.",
        [404] = "No such job.",
        [409] = "Refused; nothing was changed.",
        [413] = "A body above 1 MiB.",
        [422] = "The configuration has problems; nothing was changed.",
        [500] = "A mistake of the supervisor.",
        [503] = "Not healthy.",
    };

    private readonly SortedDictionary<string, JsonNode> _schemas = new(StringComparer.Ordinal);
    private readonly Queue<JsonTypeInfo> _missing = new();
    private readonly MessageDocumentation _documentation = MessageDocumentation.Read();

    private OpenApiDocument()
    {
    }

    /// <summary>The document.</summary>
    public static string Of(IEnumerable<Endpoint> endpoints)
    {
        var document = new OpenApiDocument();
        var paths = new JsonObject();
        foreach (var route in endpoints.OfType<RouteEndpoint>().OrderBy(route => route.RoutePattern.RawText, StringComparer.Ordinal))
        {
            var path = route.RoutePattern.RawText!;
            paths[path] ??= new JsonObject();
            foreach (var method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
            {
                paths[path]![method.ToLowerInvariant()] = document.Operation(path, route.Metadata.GetRequiredMetadata<ApiDescription>());
            }
        }

        var root = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Supervisor: control API",
                ["version"] = "1",
                ["description"] = "HTTP/1.1 over the control socket; docs/control-api.md says who may do what. Written from the server by a test.",
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "http://localhost", ["description"] = "the control socket: curl --unix-socket" }),
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = document.Schemas() },
        };
        return root.ToJsonString(new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    private JsonObject Operation(string path, ApiDescription description)
    {
        var operation = new JsonObject
        {
            ["summary"] = description.Summary,
            ["operationId"] = path.Replace("/v1/", "").Replace("/{name}", "").Trim('/').Replace('/', '-'),
            ["description"] = description.Needs is Access.All ? "Needs the permission to do everything." : "Needs the permission to read.",
        };
        var parameters = Parameters(path, description);
        if (parameters.Count > 0)
        {
            operation["parameters"] = parameters;
        }

        if (description.Members is { } members)
        {
            operation["requestBody"] = new JsonObject { ["required"] = false, ["content"] = Content("application/json", Request(members)) };
        }

        var responses = new JsonObject { ["200"] = Response(200, description.MediaType, description.Answer is { } answer ? Reference(answer) : new JsonObject { ["type"] = "string" }) };
        foreach (var status in description.OtherStatuses.Concat([400, 403, 500]).Distinct().Order())
        {
            responses[$"{status}"] = status == 202
                ? Response(status, description.MediaType, Reference(description.Answer!))
                : Response(status, "application/problem+json", Reference(ProblemJson.Default.ProblemMessage));
        }

        operation["responses"] = responses;
        return operation;
    }

    private static JsonArray Parameters(string path, ApiDescription description)
    {
        var parameters = new JsonArray();
        if (path.Contains("{name}"))
        {
            parameters.Add(new JsonObject
            {
                ["name"] = "name",
                ["in"] = "path",
                ["required"] = true,
                ["description"] = "a job, an instance (web@2) or a pattern (web@*)",
                ["schema"] = new JsonObject { ["type"] = "string" },
            });
        }

        foreach (var parameter in description.Query)
        {
            var one = new JsonObject { ["type"] = parameter.Type };
            parameters.Add(new JsonObject
            {
                ["name"] = parameter.Name,
                ["in"] = "query",
                ["description"] = parameter.Meaning,
                ["schema"] = parameter.Repeats ? new JsonObject { ["type"] = "array", ["items"] = one } : one,
            });
        }

        return parameters;
    }

    // Each operation takes the members that mean something to it, and no other.
    private JsonObject Request(IEnumerable<string> members)
    {
        var all = Schema(RequestJson.Default.OperationRequest)["properties"]!.AsObject();
        return new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create(member, (JsonNode?)all[member]!.DeepClone()))),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Response(int status, string mediaType, JsonNode schema) =>
        new() { ["description"] = _statuses[status], ["content"] = Content(mediaType, schema) };

    private static JsonObject Content(string mediaType, JsonNode schema) => new() { [mediaType] = new JsonObject { ["schema"] = schema } };

    private JsonObject Schemas()
    {
        while (_missing.TryDequeue(out var type))
        {
            _schemas[type.Type.Name] = Schema(type);
        }

        return new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));
    }

    private JsonNode Schema(JsonTypeInfo type) => type.GetJsonSchemaAsNode(new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, node) => Transform(context, node, type),
    });

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode node, JsonTypeInfo root)
    {
        if (context.TypeInfo.Kind is JsonTypeInfoKind.Object && context.TypeInfo.Type != root.Type)
        {
            var reference = Reference(context.TypeInfo);
            node = node["type"] is JsonArray ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
        }

        if (node is JsonObject schema && _documentation.Of(root.Type.Name, context.PropertyInfo?.Name) is { } words && (context.PropertyInfo is not null || context.TypeInfo == root))
        {
            schema["description"] = words;
        }

        return node;
    }

    private JsonObject Reference(JsonTypeInfo type)
    {
        if (_schemas.TryAdd(type.Type.Name, new JsonObject()))
        {
            _missing.Enqueue(type);
        }

        return new() { ["$ref"] = $"#/components/schemas/{type.Type.Name}" };
    }
}
