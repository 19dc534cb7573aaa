using Supervisor.Control.Messages;
using Supervisor.Jobs;

namespace Supervisor.Cli;

/// <summary>How long the jobs took to come up, and which of them the last one waited for.</summary>
internal static class BlameText
{
    /// <summary>The slowest first; then the critical path.</summary>
    public static IEnumerable<string> Lines(GraphMessage graph, bool colours)
    {
        var table = new Table("JOB", "STATE", "TOOK", "WAITED", "UP AFTER");
        var instances = graph.Jobs.SelectMany(job => job.Instances).ToList();
        foreach (var instance in instances.OrderByDescending(instance => instance.FirstStart?.TookSeconds ?? -1))
        {
            table.Add(
                StateColour.Of(instance.State), instance.Name, instance.State,
                Time(instance.FirstStart?.TookSeconds), Time(instance.FirstStart?.WaitedSeconds), Time(instance.FirstStart?.UpSeconds));
        }

        var path = CriticalPath(graph).ToList();
        return path.Count == 0 ? table.Lines(colours) : table.Lines(colours).Append("").Append(
            $"critical path: {PlainText.Of(string.Join(" -> ", path.Select(step => $"{step.Name} ({Time(step.FirstStart!.TookSeconds)})")))}");
    }

    /// <summary>
    /// From the instance that came up last back along the dependency that came up last before it began, in the order in which it happened.
    /// </summary>
    public static IEnumerable<GraphInstanceMessage> CriticalPath(GraphMessage graph)
    {
        var jobs = graph.Jobs.ToDictionary(job => job.Job);
        var path = new Stack<GraphInstanceMessage>();
        var last = Latest(graph.Jobs, double.MaxValue);
        while (last is var (job, instance))
        {
            path.Push(instance);
            var began = instance.FirstStart!.UpSeconds - instance.FirstStart.TookSeconds;
            last = Latest(job.DependsOn.Select(dependency => jobs[dependency.Job]), began + Rounding);
        }

        return path;
    }

    // Times come in milliseconds.
    private const double Rounding = 0.002;

    private static (GraphJobMessage Job, GraphInstanceMessage Instance)? Latest(IEnumerable<GraphJobMessage> jobs, double before)
    {
        (GraphJobMessage Job, GraphInstanceMessage Instance)? latest = null;
        foreach (var job in jobs)
        {
            foreach (var instance in job.Instances)
            {
                if (instance.FirstStart is { } start && start.UpSeconds <= before && !(latest?.Instance.FirstStart!.UpSeconds >= start.UpSeconds))
                {
                    latest = (job, instance);
                }
            }
        }

        return latest;
    }

    private static string Time(double? seconds) => seconds is { } time ? InWords.Of(TimeSpan.FromSeconds(time)) : "-";
}
