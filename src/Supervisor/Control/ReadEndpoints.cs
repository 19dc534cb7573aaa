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
        new ApiDescription("The version of the supervisor that runs.") { Answer = ControlJson.Default.VersionMessage }
            .Map(routes, "GET", "/v1/version", context => Answers.JsonAsync(
                context, new VersionMessage(SupervisorVersion.Text, Environment.ProcessId), ControlJson.Default.VersionMessage));
        new ApiDescription("The supervisor and its jobs.") { Answer = ControlJson.Default.StatusMessage, Query = [ApiParameter.Jobs, ApiParameter.Brief], OtherStatuses = [404] }
            .Map(routes, "GET", "/v1/status", StatusAsync);
        new ApiDescription("The effective specification of a job, secrets hidden.") { Answer = ControlJson.Default.ShowMessage, OtherStatuses = [404] }
            .Map(routes, "GET", "/v1/jobs/{name}", context => Answers.JsonAsync(
                context, new ShowMessage([.. Shown(Named(context)).Select(SpecReport.Of)]), ControlJson.Default.ShowMessage));
        new ApiDescription("Where a job stands, how its last runs ended and why it is restarted or not, with its last lines.")
        { Answer = ControlJson.Default.WhyMessage, OtherStatuses = [404] }
            .Map(routes, "GET", "/v1/jobs/{name}/why", WhyAsync);
        new ApiDescription("Who waits for whom, and how long each took to become ready.") { Answer = ControlJson.Default.GraphMessage }
            .Map(routes, "GET", "/v1/graph", context => Answers.JsonAsync(
                context, GraphReport.Of(options.Supervisor.Snapshot), ControlJson.Default.GraphMessage));
    }

    private Task StatusAsync(HttpContext context)
    {
        var isBrief = context.Request.Query.Flag("brief");
        var snapshot = options.Supervisor.Snapshot;
        var jobs = JobSelector.Select(snapshot, context.Request.Query.Jobs());
        var status = StatusReport.Of(snapshot, jobs, options.Now(), options.Logs, SupervisorVersion.Text, options.Notifications);
        return Answers.JsonAsync(context, status, isBrief ? BriefJson.Default.StatusMessage : ControlJson.Default.StatusMessage);
    }

    private Task WhyAsync(HttpContext context)
    {
        var now = options.Now();
        var counts = StatusReport.Counts(options.Supervisor.Snapshot);
        var why = new WhyMessage([.. Named(context).Select(i => StoryReport.Of(i, now, options.Logs, counts.GetValueOrDefault(i.Name.Job, i.Definition.Instances), options.Notifications))]);
        return Answers.JsonAsync(context, why, ControlJson.Default.WhyMessage);
    }

    // The extra instance of a rolling restart is no part of what has been configured; who names it alone gets it.
    private static IEnumerable<InstanceSnapshot> Shown(IReadOnlyList<InstanceSnapshot> named) => named.Count == 1 ? named : named.Where(instance => !instance.IsExtra);

    private IReadOnlyList<InstanceSnapshot> Named(HttpContext context) =>
        JobSelector.Select(options.Supervisor.Snapshot, [(string)context.Request.RouteValues["name"]!]);
}
