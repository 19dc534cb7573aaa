using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Supervisor.Control.Messages;
using Supervisor.Jobs;

namespace Supervisor.Control;

/// <summary>What machines ask: is it alive, is everything up, and the numbers.</summary>
internal sealed class HealthEndpoints(ControlOptions options)
{
    private const int MostNames = 20;

    /// <summary>Adds <c>/livez</c>, <c>/readyz</c> and, when there are any, <c>/metrics</c>.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        new ApiDescription("Whether the engine takes decisions: 503 when it does not answer in time.")
        { Answer = ControlJson.Default.HealthMessage, OtherStatuses = [503] }
            .Map(routes, "GET", "/livez", LiveAsync);
        new ApiDescription("Whether all is up that is wanted up: 503 names what is not.")
        { Answer = ControlJson.Default.HealthMessage, Query = [ApiParameter.Jobs], OtherStatuses = [404, 503] }
            .Map(routes, "GET", "/readyz", ReadyAsync);
        if (options.Metrics is { } metrics)
        {
            new ApiDescription("The numbers of the supervisor and of every job, as Prometheus text.") { MediaType = "text/plain" }
                .Map(routes, "GET", "/metrics", context => metrics(context));
        }
    }

    private async Task LiveAsync(HttpContext context)
    {
        try
        {
            await options.Ping().WaitAsync(options.Limits.Liveness, context.RequestAborted).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw RequestException.NotHealthy($"the engine has not answered within {InWords.Of(options.Limits.Liveness)}");
        }

        await OkAsync(context).ConfigureAwait(false);
    }

    private Task ReadyAsync(HttpContext context)
    {
        var snapshot = options.Supervisor.Snapshot;
        var words = context.Request.Query.Jobs();
        var jobs = JobSelector.Select(snapshot, words);
        if (words.Count == 0 && snapshot.State is not SupervisorState.Running)
        {
            throw RequestException.NotHealthy($"the supervisor is {StatusReport.Word(snapshot.State)}{Missing(jobs)}");
        }

        return Missing(jobs) is { Length: > 0 } missing ? throw RequestException.NotHealthy("not everything is up" + missing) : OkAsync(context);
    }

    private static string Missing(IEnumerable<InstanceSnapshot> jobs)
    {
        var missing = jobs.Where(job => !IsAsWanted(job)).Select(job => $"{job.Name} ({job.State.Word()})").ToList();
        return missing.Count == 0 ? ""
            : ": " + string.Join(", ", missing.Take(MostNames)) + (missing.Count > MostNames ? $" and {missing.Count - MostNames} more" : "");
    }

    // What people have stopped, or never started, is as it should be; what has been given up is not. Nobody has asked for the extra instance of a rolling restart.
    private static bool IsAsWanted(InstanceSnapshot job) =>
        job.State is PublicState.Ready or PublicState.Reloading or PublicState.Completed or PublicState.Scheduled
        || job.IsListening || job.IsExtra || (job.Goal is Goal.Down && job.State is not PublicState.Failed);

    private static Task OkAsync(HttpContext context) => Answers.JsonAsync(context, new HealthMessage("ok"), ControlJson.Default.HealthMessage);
}
