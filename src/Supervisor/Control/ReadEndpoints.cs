using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Supervisor.Control.Messages;
using Supervisor.Jobs;

namespace Supervisor.Control;

/// <summary>The endpoints that only look: one volatile read each, the engine is not asked.</summary>
internal sealed class ReadEndpoints(ControlOptions options)
{
    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/v1/version", context => Answers.JsonAsync(
            context, new VersionMessage(SupervisorVersion.Text, Environment.ProcessId), ControlJson.Default.VersionMessage));
        Map(routes, "/v1/status", StatusAsync);
        Map(routes, "/v1/jobs/{name}", context => Answers.JsonAsync(
            context, new ShowMessage([.. Named(context).Select(SpecReport.Of)]), ControlJson.Default.ShowMessage));
        Map(routes, "/v1/jobs/{name}/why", context =>
        {
            var now = options.Now();
            return Answers.JsonAsync(
                context, new WhyMessage([.. Named(context).Select(i => StoryReport.Of(i, now, options.Logs))]), ControlJson.Default.WhyMessage);
        });
    }

    private static void Map(IEndpointRouteBuilder routes, string path, RequestDelegate answer) => routes.MapGet(path, context =>
    {
        Permission.Demand(context, Access.Read);
        return answer(context);
    });

    private Task StatusAsync(HttpContext context)
    {
        var snapshot = options.Supervisor.Snapshot;
        var jobs = JobSelector.Select(snapshot, [.. context.Request.Query["job"].OfType<string>()]);
        var status = StatusReport.Of(snapshot, jobs, options.Now(), options.Logs, SupervisorVersion.Text);
        return Answers.JsonAsync(context, status, ControlJson.Default.StatusMessage);
    }

    private IReadOnlyList<InstanceSnapshot> Named(HttpContext context) =>
        JobSelector.Select(options.Supervisor.Snapshot, [(string)context.Request.RouteValues["name"]!]);
}
