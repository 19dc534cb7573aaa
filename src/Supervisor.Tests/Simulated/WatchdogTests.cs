using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class WatchdogTests
{
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(30);

    private static JobSpec Watched(string name) => Job(name) with { Watchdog = _time };

    [Fact]
    public void A_job_that_beats_in_time_lives()
    {
        var simulation = new Simulation(Watched("web")).Boot();
        for (var i = 0; i < 100; i++)
        {
            simulation.Boards["web"].Beat();
            simulation.Advance(TimeSpan.FromSeconds(29.9));
        }

        Assert.Equal(PublicState.Ready, simulation.State("web"));
        Assert.Single(simulation.Kernel.Children);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(14)]
    [InlineData(16)]
    public void Silence_is_noticed_after_the_time_and_before_one_and_a_half_of_it(int lastBeat)
    {
        var simulation = new Simulation(Watched("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        simulation.Advance(TimeSpan.FromSeconds(lastBeat));
        if (lastBeat > 0)
        {
            simulation.Boards["web"].Beat();
        }

        var child = simulation.Kernel.Main("web");
        simulation.Advance(_time - TimeSpan.FromTicks(1));
        Assert.Empty(child.Signals);
        simulation.Advance(_time / 2);
        Assert.Equal((Signal.Abrt, SignalTarget.Main), child.Signals[0]);
    }

    [Fact]
    public void A_miss_is_SIGABRT_then_SIGKILL_then_the_restart_policy()
    {
        var simulation = new Simulation(Watched("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        var child = simulation.Kernel.Main("web");

        simulation.Advance(_time);
        Assert.Equal([(Signal.Abrt, SignalTarget.Main), (Signal.Cont, SignalTarget.Main)], child.Signals);
        Assert.Equal("SIGKILL", simulation["web"].Next?.Action);
        Assert.Equal((BoardGoal.Stop, Watchdog.Patience), (simulation.Boards["web"].Facts.Goal, simulation.Boards["web"].Facts.KillIn));

        simulation.Advance(Watchdog.Patience);
        Assert.Equal((Signal.Kill, SignalTarget.Group), child.Signals[2]);
        Assert.Equal(PublicState.Backoff, simulation.State("web"));
        Assert.Equal(ExitCause.Watchdog, simulation.Exits("web")[0].Cause);
        Assert.Contains("missed its watchdog and was ended (SIGKILL)", simulation.StoryOf("web").Last(), StringComparison.Ordinal);

        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PublicState.Ready, simulation.State("web"));
        Assert.Equal((2, ExitCause.Watchdog), (simulation.Boards["web"].Attempts, simulation.Boards["web"].Facts.LastExit?.Cause));
    }

    [Fact]
    public void It_counts_from_readiness_and_not_before()
    {
        var simulation = new Simulation(Watched("web") with { Ready = new ReadyAfter(TimeSpan.FromSeconds(60)) }).Boot();

        simulation.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(PublicState.Ready, simulation.State("web"));
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PublicState.Stopping, simulation.State("web"));
    }

    [Fact]
    public void Without_a_watchdog_nothing_wakes_the_engine() => Assert.Null(new Simulation(Job("web")).Boot().NextDeadline);
}
