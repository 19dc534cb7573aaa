using Supervisor.Specs;

namespace Supervisor.Configuration;

/// <summary>Checks what jobs say of each other: that dependencies exist, can come true, and make no cycle.</summary>
/// <param name="jobs">First instance of every job, in file order.</param>
/// <param name="positionOf">Where a key of a job stands.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class DependencyGraph(
    IReadOnlyDictionary<string, JobSpec> jobs, Func<string, string, SourcePosition> positionOf, Problems problems)
{
    private readonly HashSet<string> _done = [];

    public void Check()
    {
        foreach (var (name, job) in jobs)
        {
            foreach (var dependency in job.DependsOn)
            {
                CheckOne(name, dependency);
            }
        }

        // Nothing goes round through a job that needs none, and that is most of them.
        foreach (var (name, job) in jobs)
        {
            if (job.DependsOn.Count > 0)
            {
                FindCycles(name);
            }
        }
    }

    private void CheckOne(string name, Dependency dependency)
    {
        var position = positionOf(name, "depends_on." + dependency.Job);
        if (dependency.Job == name)
        {
            problems.Add(position, $"job '{name}' depends on itself");
        }
        else if (!jobs.TryGetValue(dependency.Job, out var other))
        {
            problems.Add(position, $"job '{name}' depends on '{dependency.Job}', which does not exist{Suggestions.For(dependency.Job, jobs.Keys)}");
        }
        else if (dependency.Condition is DependencyCondition.Completed or DependencyCondition.Succeeded
            && other is { Kind: JobKind.Service, Restart.Policy: RestartPolicy.Always })
        {
            var condition = dependency.Condition.ToString().ToLowerInvariant();
            problems.Add(position, $"job '{name}' waits until '{dependency.Job}' has {condition}, which never comes: it has 'restart: always'");
        }
    }

    /// <summary>Depth first without recursion: a chain may be as long as there are jobs.</summary>
    private void FindCycles(string start)
    {
        var path = new List<(string Name, int Next)> { (start, 0) };
        var onPath = new HashSet<string> { start };
        while (path.Count > 0)
        {
            var (name, next) = path[^1];
            var needs = jobs[name].DependsOn;
            if (_done.Contains(name) || next == needs.Count)
            {
                _done.Add(name);
                onPath.Remove(name);
                path.RemoveAt(path.Count - 1);
                continue;
            }

            path[^1] = (name, next + 1);
            var needed = needs[next].Job;
            if (needed == name || !jobs.ContainsKey(needed))
            {
                continue;
            }

            if (onPath.Add(needed))
            {
                path.Add((needed, 0));
            }
            else
            {
                var cycle = path.Select(step => step.Name).SkipWhile(step => step != needed).Append(needed);
                problems.Add(positionOf(name, "depends_on." + needed), $"a cycle of dependencies: {string.Join(" -> ", cycle)}");
            }
        }
    }
}
