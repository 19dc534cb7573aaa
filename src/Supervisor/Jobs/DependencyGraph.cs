using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>Who needs whom, by job name, both ways. All instances of a job have the same dependencies.</summary>
public sealed class DependencyGraph
{
    private readonly Dictionary<string, Sequence<Dependency>> _dependencies = [];
    private readonly Dictionary<string, List<string>> _dependents = [];

    /// <summary>The graph of some jobs.</summary>
    public DependencyGraph(IEnumerable<(string Job, Sequence<Dependency> Dependencies)> jobs)
    {
        foreach (var (job, dependencies) in jobs)
        {
            _dependencies[job] = dependencies;
            foreach (var dependency in dependencies)
            {
                (_dependents.TryGetValue(dependency.Job, out var list) ? list : _dependents[dependency.Job] = []).Add(job);
            }
        }
    }

    /// <summary>What <paramref name="job"/> waits for.</summary>
    public Sequence<Dependency> DependenciesOf(string job) => _dependencies.GetValueOrDefault(job) ?? [];

    /// <summary>The jobs that wait for <paramref name="job"/>, directly.</summary>
    public IReadOnlyList<string> DependentsOf(string job) => _dependents.GetValueOrDefault(job) ?? (IReadOnlyList<string>)[];

    /// <summary><paramref name="jobs"/> and all that they need, directly or not: dependencies before dependents.</summary>
    public IReadOnlyList<string> WithDependencies(IEnumerable<string> jobs) =>
        Closure(jobs, job => DependenciesOf(job).Select(dependency => dependency.Job));

    /// <summary><paramref name="jobs"/> and all that need them, directly or not: dependents before what they need.</summary>
    public IReadOnlyList<string> WithDependents(IEnumerable<string> jobs) => Closure(jobs, DependentsOf);

    // Depth first with a stack of its own: a chain of jobs may be longer than the thread's stack. Cycles were refused by the reader.
    private static List<string> Closure(IEnumerable<string> roots, Func<string, IEnumerable<string>> edges)
    {
        var order = new List<string>();
        var seen = new HashSet<string>();
        var stack = new Stack<(string Job, IEnumerator<string> Next)>();
        foreach (var root in roots)
        {
            if (seen.Add(root))
            {
                stack.Push((root, edges(root).GetEnumerator()));
            }

            while (stack.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    order.Add(stack.Pop().Job);
                }
                else if (seen.Add(top.Next.Current))
                {
                    stack.Push((top.Next.Current, edges(top.Next.Current).GetEnumerator()));
                }
            }
        }

        return order;
    }
}
