using Supervisor.Specs;

namespace Supervisor.Cli;

/// <summary>In which order the jobs of a file start: rounds of what may start at the same time.</summary>
/// <param name="Rounds">Jobs whose dependencies are all in rounds before.</param>
/// <param name="ByHand">Jobs that only start when somebody asks.</param>
internal sealed record StartPlan(IReadOnlyList<IReadOnlyList<JobSpec>> Rounds, IReadOnlyList<JobSpec> ByHand)
{
    /// <summary>Computes it. The reader has refused cycles and unknown names.</summary>
    public static StartPlan Of(SupervisorSpec spec)
    {
        var jobs = spec.Jobs.ToDictionary(job => job.Name, job => job.Instance(0));
        var rounds = new Dictionary<string, int>();
        foreach (var job in jobs.Values.Where(job => job.Start is not StartMode.Manual))
        {
            Place(job.Name.Job, jobs, rounds);
        }

        // A job that starts by hand starts with the first one that needs it.
        return new(
            [.. jobs.Values.Where(job => rounds.ContainsKey(job.Name.Job)).GroupBy(job => rounds[job.Name.Job]).OrderBy(round => round.Key).Select(round => round.ToList())],
            [.. jobs.Values.Where(job => !rounds.ContainsKey(job.Name.Job))]);
    }

    // Depth first with a stack of its own: a chain may be as long as there are jobs.
    private static void Place(string name, Dictionary<string, JobSpec> jobs, Dictionary<string, int> rounds)
    {
        var open = new Stack<string>([name]);
        while (open.TryPeek(out var job))
        {
            var missing = jobs[job].DependsOn.Where(dependency => !rounds.ContainsKey(dependency.Job)).ToList();
            if (missing.Count > 0)
            {
                missing.ForEach(dependency => open.Push(dependency.Job));
                continue;
            }

            rounds[job] = jobs[job].DependsOn.Select(dependency => rounds[dependency.Job]).DefaultIfEmpty(-1).Max() + 1;
            open.Pop();
        }
    }
}
