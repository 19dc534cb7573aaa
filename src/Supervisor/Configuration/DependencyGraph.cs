using Supervisor.Specs;

namespace Supervisor.Configuration;

/// <summary>Checks what jobs say of each other: that dependencies exist, can come true, and make no cycle.</summary>
/// <param name="jobs">All jobs, in file order.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class DependencyGraph(IReadOnlyCollection<JobDefinition> jobs, Problems problems)
{
    private readonly Dictionary<string, JobDefinition> _byName = jobs.ToDictionary(job => job.Name);
    private readonly HashSet<string> _done = [];

    public void Check()
    {
        foreach (var job in jobs)
        {
            foreach (var dependency in NeedsOf(job))
            {
                CheckOne(job, dependency);
            }
        }

        // Nothing goes round through a job that needs none, and that is most of them.
        foreach (var job in jobs)
        {
            if (NeedsOf(job).Count > 0)
            {
                FindCycles(job.Name);
            }
        }
    }

    private static Sequence<Dependency> NeedsOf(JobDefinition job) => job.Instance(0).DependsOn;

    private static SourcePosition PlaceOf(JobDefinition job, string needed) => job.PositionOf("depends_on." + needed)!.Value;

    private void CheckOne(JobDefinition job, Dependency dependency)
    {
        var (name, position) = (job.Name, PlaceOf(job, dependency.Job));
        if (dependency.Job == name)
        {
            problems.Add(position, $"job '{name}' depends on itself");
        }
        else if (!_byName.TryGetValue(dependency.Job, out var other))
        {
            problems.Add(position, $"job '{name}' depends on '{dependency.Job}', which does not exist{Suggestions.For(dependency.Job, _byName.Keys)}");
        }
        else if (dependency.Condition is DependencyCondition.Completed or DependencyCondition.Succeeded
            && other.Instance(0) is { Kind: JobKind.Service, Restart.Policy: RestartPolicy.Always })
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
            var needs = NeedsOf(_byName[name]);
            if (_done.Contains(name) || next == needs.Count)
            {
                _done.Add(name);
                onPath.Remove(name);
                path.RemoveAt(path.Count - 1);
                continue;
            }

            path[^1] = (name, next + 1);
            var needed = needs[next].Job;
            if (needed == name || !_byName.ContainsKey(needed))
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
                problems.Add(PlaceOf(_byName[name], needed), $"a cycle of dependencies: {string.Join(" -> ", cycle)}");
            }
        }
    }
}
