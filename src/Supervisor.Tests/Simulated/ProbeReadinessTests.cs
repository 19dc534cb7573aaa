using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class ProbeReadinessTests
{
    private static readonly ProbeSpec _tcp = new TcpProbe(new("localhost", 80)) { Interval = TimeSpan.FromSeconds(2) };
    private static readonly ProbeSpec _exec = new ExecProbe(["check"]) { Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(5) };

    private static JobSpec Probed(string name, ProbeSpec? probe = null) => Job(name) with { Ready = new ReadyByProbe(probe ?? _tcp), StartTimeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public void It_is_asked_again_and_again_until_it_passes_and_not_after_that()
    {
        var simulation = new Simulation(Probed("web"), Job("app") with { DependsOn = [new("web", DependencyCondition.Ready)] }).Boot();
        for (var i = 0; i < 5; i++)
        {
            simulation.Probes.Fails();
            simulation.Settle();
            Assert.Equal((PublicState.Running, "not ready: Connection refused"), (simulation.State("web"), simulation["web"].StatusText));
            simulation.Advance(TimeSpan.FromSeconds(1.9));
            Assert.Empty(simulation.Probes.Open);
            simulation.Advance(TimeSpan.FromSeconds(0.1));
        }

        simulation.Probes.Passes();
        simulation.Settle();
        Assert.Equal((PublicState.Ready, PublicState.Ready), (simulation.State("web"), simulation.State("app")));
        Assert.Null(simulation.NextDeadline);
        Assert.Contains("ready after 10 s (tcp localhost:80)", simulation.StoryOf("web"));
    }

    [Fact]
    public void They_never_overlap_and_a_slow_one_is_followed_at_once()
    {
        var simulation = new Simulation(Probed("web")).Boot();
        simulation.Advance(TimeSpan.FromSeconds(7));
        Assert.Single(simulation.Probes.Asked);

        simulation.Probes.Fails();
        simulation.Settle();
        Assert.Equal(2, simulation.Probes.Asked.Count);
    }

    [Fact]
    public void A_start_timeout_says_what_the_last_probe_said()
    {
        var simulation = new Simulation(Probed("web"));
        simulation.Probes.AnswersAtOnce = _ => ProbeAnswer.Failed("Connection refused");
        simulation.Boot();
        simulation.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(ExitCause.StartTimeout, simulation.Exits("web")[0].Cause);
        Assert.Contains(simulation.StoryOf("web"), line => line.Contains("not ready within its start_timeout of 30 s (last probe: Connection refused)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_probe_that_is_on_its_way_ends_with_the_run()
    {
        var simulation = new Simulation(Probed("web")).Boot();
        simulation.Kernel.Exits("web", 1);
        simulation.Settle();
        Assert.True(simulation.Probes.Asked[0].CalledOff);

        // An answer that was on its way already is dropped and counted.
        simulation.Probes.Answer(simulation.Probes.Asked[0], ProbeAnswer.Passed);
        simulation.Settle();
        Assert.Equal((PublicState.Backoff, 1), (simulation.State("web"), simulation.Engine.Snapshot.LateFacts));
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, simulation.Probes.Asked.Count);
    }

    [Fact]
    public void A_command_is_a_probe_too_and_does_not_outlive_the_run()
    {
        var simulation = new Simulation(Probed("web", _exec));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = !child.IsMain;
        simulation.Boot();
        var first = simulation.Kernel.Children[^1];
        Assert.Equal((["check"], StdioKindOf(first)), (first.Request.Process.Command, "Null"));
        simulation.Kernel.Exits(first, ExitStatus.Exited(1));
        simulation.Settle();
        Assert.Equal("not ready: exited with code 1", simulation["web"].StatusText);

        simulation.Advance(TimeSpan.FromSeconds(2));
        var second = simulation.Kernel.Children[^1];
        simulation.Kernel.Dies("web", new Signal(11));
        simulation.Settle();
        Assert.Equal(PublicState.Cleaning, simulation.State("web"));
        simulation.Advance(TimeSpan.FromSeconds(4));
        Assert.False(second.MainLives);
        Assert.Equal(2, simulation["web"].Attempt);
    }

    [Fact]
    public void A_command_that_hangs_is_ended_before_the_next_one_runs()
    {
        var simulation = new Simulation(Probed("web", _exec));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = !child.IsMain;
        simulation.Boot();
        simulation.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(2, simulation.Kernel.Children.Count);
        simulation.Advance(TimeSpan.FromSeconds(0.2));
        Assert.False(simulation.Kernel.Children[1].MainLives);
        Assert.Equal(3, simulation.Kernel.Children.Count);
        Assert.Equal("not ready: ran longer than its timeout of 5.0 s", simulation["web"].StatusText);
    }

    private static string StdioKindOf(FakeChild child) => child.Request.Stdio.Out.Kind.ToString();
}
