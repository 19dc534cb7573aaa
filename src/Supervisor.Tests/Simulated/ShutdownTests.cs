using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class ShutdownTests
{
    [Fact]
    public async Task Jobs_stop_in_reverse_order_of_their_dependencies()
    {
        var simulation = new Simulation(
            Job("db"), Job("api") with { DependsOn = [new("db", DependencyCondition.Ready)] }, Job("web") with { DependsOn = [new("api", DependencyCondition.Ready)] }).Boot();

        var result = await simulation.Submit(new ShutDown());

        Assert.Equal(OperationOutcome.Done, result.Outcome);
        Assert.Equal(["web", "api", "db"], simulation.Told.Where(told => told.Line.Text.StartsWith("SIGTERM", StringComparison.Ordinal)).Select(told => told.Who));
        Assert.Equal((SupervisorState.Stopped, 0), (simulation.Engine.Snapshot.State, simulation.Engine.ExitCode));
    }

    [Fact]
    public void A_start_that_is_never_reported_does_not_hold_it_up_for_ever()
    {
        var simulation = new Simulation(Job("web"));
        simulation.Kernel.ReportsAtOnce = false;
        simulation.Boot();
        _ = simulation.Submit(new ShutDown());

        simulation.Advance(TimeSpan.FromSeconds(101));

        Assert.Equal((SupervisorState.Stopped, 1), (simulation.Engine.Snapshot.State, simulation.Engine.ExitCode));
        Assert.Contains("web: not ended 10 s after SIGKILL; left behind", simulation.StoryOf("supervisor"));
    }

    [Fact]
    public async Task A_restart_under_way_starts_nothing_any_more()
    {
        var simulation = new Simulation(Job("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        var restart = simulation.Submit(new RestartJobs(["web"], OnlyRunning: false));
        _ = simulation.Submit(new ShutDown());

        simulation.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(OperationOutcome.Failed, (await restart).Outcome);
        Assert.Single(simulation.Kernel.Children);
        Assert.Equal(Goal.Down, simulation["web"].Goal);
    }

    [Fact]
    public void A_second_one_is_immediate()
    {
        var simulation = new Simulation(Job("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        _ = simulation.Submit(new ShutDown());
        Assert.Equal(SupervisorState.Stopping, simulation.Engine.Snapshot.State);

        _ = simulation.Submit(new ShutDown(Immediate: true));

        Assert.Equal(SupervisorState.Stopped, simulation.Engine.Snapshot.State);
        Assert.Equal(ExitCause.Killed, simulation.Exits("web")[0].Cause);
    }

    [Theory]
    [InlineData(7, 0, 7), InlineData(0, 11, 139)]
    public void The_end_of_an_essential_job_is_the_supervisors(int code, int signal, int exitCode)
    {
        var simulation = new Simulation(Job("web"), Job("main") with { Essential = true, Restart = new() { Policy = RestartPolicy.Never } }).Boot();

        simulation.Kernel.Exits(simulation.Kernel.Main("main"), signal == 0 ? ExitStatus.Exited(code) : ExitStatus.Signaled(new(signal)));
        simulation.Settle();

        Assert.Equal((SupervisorState.Stopped, exitCode), (simulation.Engine.Snapshot.State, simulation.Engine.ExitCode));
        Assert.Empty(simulation.Kernel.Living);
    }
}
