using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Jobs;

public class DependencyGraphTests
{
    [Fact]
    public void A_diamond_is_ordered_both_ways()
    {
        var graph = Graph(("web", ["a", "b"]), ("a", ["db"]), ("b", ["db"]), ("db", []), ("other", []));

        Assert.Equal(["db", "a", "b", "web"], graph.WithDependencies(["web"]));
        Assert.Equal(["web", "a", "b", "db"], graph.WithDependents(["db"]));
        Assert.Equal(["a", "b"], graph.DependentsOf("db"));
        Assert.Empty(graph.DependentsOf("nobody"));
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_jobs_does_not_end_the_stack()
    {
        const int Length = 100_000;
        var graph = new DependencyGraph(Enumerable.Range(0, Length).Select(index =>
            ($"{index}", index == 0 ? Sequence<Dependency>.Empty : [new($"{index - 1}", DependencyCondition.Ready)])));

        var order = graph.WithDependencies([$"{Length - 1}"]);

        Assert.Equal((Length, "0"), (order.Count, order[0]));
        Assert.Equal($"{Length - 1}", graph.WithDependents(["0"])[0]);
    }

    private static DependencyGraph Graph(params (string Job, string[] Needs)[] jobs) =>
        new(jobs.Select(job => (job.Job, job.Needs.Select(need => new Dependency(need, DependencyCondition.Ready)).ToSequence())));
}
