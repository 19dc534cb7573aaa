using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class DependencyTests
{
    private static readonly Dependency _db = new("db", DependencyCondition.Ready);

    [Theory]
    [InlineData(OnDependencyRestart.Keep, PublicState.Ready, 1)]
    [InlineData(OnDependencyRestart.Restart, PublicState.Ready, 2)]
    [InlineData(OnDependencyRestart.Stop, PublicState.Stopped, 1)]
    public void A_restart_of_a_dependency_means_what_the_dependent_says(OnDependencyRestart what, PublicState state, int attempt)
    {
        var simulation = new Simulation(Job("db"), Job("web") with { DependsOn = [_db], OnDependencyRestart = what }).Boot();

        simulation.Kernel.Exits("db", 1);
        simulation.Settle();
        Assert.Equal(what is OnDependencyRestart.Restart ? PublicState.Waiting : state, simulation.State("web"));
        simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((state, attempt), (simulation.State("web"), simulation["web"].Attempt));
    }

    [Fact]
    public void A_dependency_that_is_started_again_after_it_was_given_up_restarts_who_says_so()
    {
        var simulation = new Simulation(
            Job("db") with { Restart = new() { Policy = RestartPolicy.Never } },
            Job("web") with { DependsOn = [_db], OnDependencyRestart = OnDependencyRestart.Restart }).Boot();
        simulation.Kernel.Exits("db", 1);
        simulation.Settle();
        Assert.Equal((PublicState.Failed, PublicState.Ready), (simulation.State("db"), simulation.State("web")));

        _ = simulation.Start("db");

        Assert.Equal((PublicState.Ready, 2), (simulation.State("web"), simulation["web"].Attempt));
    }

    [Fact]
    public void A_dependent_that_is_just_being_started_is_started_anew()
    {
        var simulation = new Simulation(
            Job("db"), Job("web") with { DependsOn = [_db], OnDependencyRestart = OnDependencyRestart.Restart, BeforeStart = [new(["step"], TimeSpan.FromSeconds(5))] }).Boot();
        Assert.Equal(PublicState.Starting, simulation.State("web"));

        simulation.Kernel.Exits("db", 1);
        simulation.Settle();
        Assert.Equal(PublicState.Waiting, simulation.State("web"));
        simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((PublicState.Starting, 2), (simulation.State("web"), simulation["web"].Attempt));
    }

    [Fact]
    public void A_manual_dependency_is_started_with_who_needs_it()
    {
        var simulation = new Simulation(Job("db") with { Start = StartMode.Manual }, Job("web") with { DependsOn = [_db] }).Boot();

        Assert.Equal((PublicState.Ready, PublicState.Ready), (simulation.State("db"), simulation.State("web")));
    }

    [Fact]
    public void A_thousand_jobs_come_up_and_are_quiet()
    {
        var simulation = new Simulation([.. Enumerable.Range(0, 1_000).Select(index =>
            Job($"job{index}") with { DependsOn = index == 0 ? [] : [new($"job{(index - 1) / 2}", DependencyCondition.Ready)] })]).Boot();

        Assert.All(simulation.Engine.Snapshot.Instances, instance => Assert.Equal(PublicState.Ready, instance.State));
        Assert.Null(simulation.NextDeadline);
    }
}
