using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Supervisor.Control;

/// <summary>What an endpoint is, said once where it is mapped; docs/openapi.json is written from it.</summary>
/// <param name="Summary">In a sentence.</param>
/// <param name="Needs">What its caller must be allowed to.</param>
internal sealed record ApiDescription(string Summary, Access Needs = Access.Read)
{
    /// <summary>Query parameters.</summary>
    public IReadOnlyList<ApiParameter> Query { get; init; } = [];

    /// <summary>Members of the body that mean something here; null: no body.</summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>The answer, or each object of a stream; null: plain text.</summary>
    public JsonTypeInfo? Answer { get; init; }

    /// <summary>How the answer is written.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>Statuses that it may answer with besides 200, 400, 403 and 500.</summary>
    public IReadOnlyList<int> OtherStatuses { get; init; } = [];

    /// <summary>Maps an endpoint that is described, and open only to those who may.</summary>
    public void Map(IEndpointRouteBuilder routes, string method, string path, RequestDelegate answer) =>
        routes.MapMethods(path, [method], context =>
        {
            Permission.Demand(context, Needs);
            return answer(context);
        }).WithMetadata(this);
}

/// <summary>A parameter of a query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">In words.</param>
/// <param name="Type">Type of JSON schema: string, integer, boolean.</param>
/// <param name="Repeats">Whether it may be written more than once.</param>
internal sealed record ApiParameter(string Name, string Meaning, string Type = "string", bool Repeats = false)
{
    /// <summary>Which jobs.</summary>
    public static readonly ApiParameter Jobs = new("job", "a job, an instance (web@2) or a pattern (web@*); none: all", Repeats: true);

    /// <summary>Only what says something.</summary>
    public static readonly ApiParameter Brief = new("brief", "leave out every member that is null, false or 0, also where the schema requires it", "boolean");

    /// <summary>Go on with what comes.</summary>
    public static readonly ApiParameter Follow = new("follow", "go on with what comes, until the client or the supervisor ends it", "boolean");
}
