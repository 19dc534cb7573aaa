using Supervisor.Control.Messages;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>Who waits for whom.</summary>
internal static class GraphReport
{
    /// <summary>The jobs with what they depend on, and the courses of their starts.</summary>
    public static GraphMessage Of(SupervisorSnapshot snapshot) => new(
    [
        .. snapshot.Instances.Where(instance => !instance.IsExtra).GroupBy(instance => instance.Name.Job).Select(job => new GraphJobMessage(
            job.Key,
            job.First().Spec.Kind is JobKind.Oneshot ? "oneshot" : "service",
            job.First().Spec.Start switch { StartMode.Manual => "manual", StartMode.OnDemand => "on-demand", _ => "auto" },
            [.. job.First().Spec.DependsOn.Select(dependency => new DependencyMessage(dependency.Job, Word(dependency.Condition)))],
            [.. job.Select(instance => new GraphInstanceMessage(
                instance.Name.ToString(), instance.State.Word(), Of(instance.FirstStart, snapshot.Started), Of(instance.LastStart, snapshot.Started)))])),
    ]);

    /// <summary>The word for a condition.</summary>
    public static string Word(DependencyCondition condition) => condition switch
    {
        DependencyCondition.Started => "started",
        DependencyCondition.Ready => "ready",
        DependencyCondition.Completed => "completed",
        DependencyCondition.Succeeded => "succeeded",
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, null),
    };

    private static StartMessage? Of(StartTimes? start, Instant supervisor) => start is null ? null : new(
        start.Up.Wall, Seconds(start.Up, supervisor), Seconds(start.Began, start.Wanted), Seconds(start.Up, start.Began));

    private static double Seconds(Instant to, Instant from) => Math.Round((to.Monotonic - from.Monotonic).TotalSeconds, 3);
}
