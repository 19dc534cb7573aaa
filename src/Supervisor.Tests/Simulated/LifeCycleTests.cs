using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class LifeCycleTests
{
    [Fact]
    public void A_job_is_started_and_ready()
    {
        var simulation = new Simulation(Job("web")).Boot();

        Assert.Equal(PublicState.Ready, simulation.State("web"));
        Assert.Equal(simulation.Kernel.Main("web").Pid, simulation["web"].Pid);
        Assert.Null(simulation.NextDeadline);
    }

    [Fact]
    public void A_crash_is_followed_by_a_restart_after_the_delay()
    {
        var simulation = new Simulation(Job("web")).Boot();

        simulation.Kernel.Dies("web", new(11), core: true);
        simulation.Settle();
        Assert.Equal(PublicState.Backoff, simulation.State("web"));
        Assert.Contains("ended by SIGSEGV (core dumped) after 0 ms; attempt 2 in 0.1 s (restart: on-failure)", simulation.StoryOf("web").Last(), StringComparison.Ordinal);

        simulation.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(PublicState.Ready, simulation.State("web"));
        Assert.Equal(1, simulation["web"].Restarts);
        Assert.Equal(ExitCause.Core, simulation.Exits("web")[0].Cause);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void One_that_goes_into_the_background_is_told_what_became_of_it(int code, bool told)
    {
        var simulation = new Simulation(Job("web")).Boot();
        var child = simulation.Kernel.Main("web");
        child.Others = 2;

        simulation.Kernel.Exits("web", code);
        simulation.Settle();

        Assert.Equal(0, child.Others);
        Assert.Equal(told, simulation.StoryOf("web").Any(text => text.Contains("left processes behind, which are ended now; a program that goes into the background", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_stop_waits_and_then_kills()
    {
        var simulation = new Simulation(Job("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();

        var stop = simulation.Stop("web");
        Assert.Equal(PublicState.Stopping, simulation.State("web"));
        simulation.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(stop.IsCompleted);
        simulation.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(Engine.OperationOutcome.Done, (await stop).Outcome);
        Assert.Equal(ExitCause.StopTimeout, simulation.Exits("web")[0].Cause);
        Assert.Equal(PublicState.Stopped, simulation.State("web"));
    }
}
