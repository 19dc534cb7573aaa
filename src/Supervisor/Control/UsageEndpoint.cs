using Microsoft.AspNetCore.Routing;
using Supervisor.Control.Messages;
using Supervisor.Jobs;
using Supervisor.Linux;

namespace Supervisor.Control;

/// <summary>What the running processes use, read from /proc when somebody asks and not before.</summary>
internal sealed class UsageEndpoint(ControlOptions options)
{
    /// <summary>Adds <c>GET /v1/usage</c>.</summary>
    public void Map(IEndpointRouteBuilder routes) => new ApiDescription("What the running main processes use, read from /proc when asked.")
    {
        Answer = ControlJson.Default.UsageMessage,
        OtherStatuses = [404],
        Query = [ApiParameter.Jobs],
    }.Map(routes, "GET", "/v1/usage", context =>
    {
        var jobs = JobSelector.Select(options.Supervisor.Snapshot, context.Request.Query.Jobs());
        return Answers.JsonAsync(
            context,
            new UsageMessage(Math.Round(options.Now().Monotonic.TotalSeconds, 3), [.. jobs.Select(Of).OfType<JobUsageMessage>()]),
            ControlJson.Default.UsageMessage);
    });

    private JobUsageMessage? Of(InstanceSnapshot job) => job.Pid is { } pid && ProcessUsage.Of(pid) is { } usage
        ? new(job.Name.ToString(), pid, usage.Cpu.TotalSeconds, usage.ResidentBytes, OfCgroup(job))
        : null;

    private CgroupUsageMessage? OfCgroup(InstanceSnapshot job) => options.Cgroups?.Read(job.Name) is { } all
        ? new(all.Path, all.MemoryBytes, all.Tasks, all.Cpu.TotalSeconds, all.Throttled?.TotalSeconds)
        : null;
}
