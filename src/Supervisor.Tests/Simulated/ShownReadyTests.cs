using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class ShownReadyTests
{
    private static JobSpec ByDescriptor(string name) => Job(name) with { Ready = new ReadyByDescriptor(7) };

    [Fact]
    public void It_is_ready_by_a_newline_on_its_descriptor()
    {
        var simulation = new Simulation(ByDescriptor("web")).Boot();
        var descriptor = simulation.Notifications.Descriptors.Single();
        Assert.Contains(new InheritedDescriptor(50, null, Number: 7), simulation.Kernel.Main("web").Request.Inherited);
        Assert.True(descriptor.IsStarted);
        simulation.Engine.Post(new ShownReady(descriptor.SpawnId, true, "a newline"));
        simulation.Settle();
        Assert.Equal(PublicState.Ready, simulation.State("web"));
        simulation.Kernel.Exits("web", 1);
        simulation.Settle();
        Assert.True(descriptor.Disposed);
    }

    [Fact]
    public void A_descriptor_that_is_closed_without_one_is_told()
    {
        var simulation = new Simulation(ByDescriptor("web")).Boot();
        simulation.Engine.Post(new ShownReady(simulation.Notifications.Descriptors[0].SpawnId, false, "it has closed its descriptor"));
        simulation.Settle();
        Assert.Equal(PublicState.Running, simulation.State("web"));
        Assert.Contains("it has closed its descriptor: nothing will show that it is ready", simulation.StoryOf("web"));
        simulation.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(ExitCause.StartTimeout, simulation.Exits("web")[0].Cause);
    }

    [Fact]
    public void A_line_may_be_read_before_the_start_is_reported_and_counts_for_its_own_run_only()
    {
        var simulation = new Simulation(Job("web") with { Ready = new ReadyByLog("up") });
        simulation.Kernel.ReportsAtOnce = false;
        simulation.Boot();
        var watch = simulation.Logs.Opened[0].Watches.Single();
        Assert.Equal("up", watch.Pattern);
        simulation.Engine.Post(new ShownReady(watch.SpawnId, true, "its output says: up"));
        simulation.Settle();
        simulation.Kernel.Reports(simulation.Kernel.Unreported[0]);
        simulation.Settle();
        Assert.Equal(PublicState.Ready, simulation.State("web"));

        simulation.Kernel.Exits("web", 1);
        simulation.Advance(TimeSpan.FromSeconds(1));
        simulation.Kernel.Reports(simulation.Kernel.Unreported[0]);
        simulation.Engine.Post(new ShownReady(watch.SpawnId, true, "its output says: up"));
        simulation.Settle();
        Assert.Equal((PublicState.Running, 2, 1), (simulation.State("web"), simulation.Logs.Opened[0].Watches.Count, simulation.Engine.Snapshot.LateFacts));
    }
}
