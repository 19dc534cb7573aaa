using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Supervisor.Control;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>docs/openapi.json, and the words of docs/control-api.md, against the server that runs.</summary>
public class OpenApiTests
{
    private static readonly bool _update = Environment.GetEnvironmentVariable("SUPERVISOR_UPDATE_FILES") == "1";

    [Fact]
    public async Task The_document_is_what_the_server_does()
    {
        await using var control = await RunningControl.StartAsync();
        var expected = OpenApiDocument.Of(control.Endpoints);
        var path = Path.Combine(Built.Repository, "docs/openapi.json");
        if (_update)
        {
            await File.WriteAllTextAsync(path, expected);
        }

        // To write it anew: SUPERVISOR_UPDATE_FILES=1.
        Assert.Equal(expected, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Every_route_is_described_and_named_in_the_manual()
    {
        await using var control = await RunningControl.StartAsync();
        var manual = await File.ReadAllTextAsync(Path.Combine(Built.Repository, "docs/control-api.md"));

        Assert.All(control.Endpoints.OfType<RouteEndpoint>(), route =>
        {
            Assert.NotNull(route.Metadata.GetMetadata<ApiDescription>());
            Assert.Contains(route.RoutePattern.RawText!.Replace("{name}", "NAME"), manual, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_every_member_is_explained()
    {
        await using var control = await RunningControl.StartAsync();
        var document = JsonNode.Parse(OpenApiDocument.Of(control.Endpoints))!;
        var schemas = document["components"]!["schemas"]!.AsObject();

        Assert.All(References(document), reference => Assert.True(schemas.ContainsKey(reference.Split('/')[^1]), reference));
        Assert.All(schemas, schema => Assert.All(schema.Value!["properties"]!.AsObject(), member =>
            Assert.True(member.Value!["description"] is not null || member.Value["$ref"] is not null, $"{schema.Key}.{member.Key} has no docstring")));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(entry => entry is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : References(entry.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
