using Supervisor.Jobs;
using Supervisor.Linux;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

/// <summary>A kernel that refuses what cannot be refused: one job is given up, the others and the engine go on.</summary>
public class DefectTests
{
    [Fact]
    public void A_refused_signal_faults_one_job_and_leaves_the_others_alone()
    {
        var simulation = new Simulation(Job("web"), Job("db"));
        simulation.Kernel.MayAbandon = true;
        simulation.Boot();
        simulation.Kernel.Main("web").Refuses = () => new ErrnoException("pidfd_send_signal", Errno.EPERM, "web");

        _ = simulation.Stop("web");

        Assert.Contains("internal error", simulation.StoryOf("web").Single(line => line.Contains("pidfd_send_signal", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(PublicState.Failed, simulation.State("web"));
        Assert.Equal(PublicState.Ready, simulation.State("db"));
        Assert.True(simulation.Kernel.Main("web").Disposed);

        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        Assert.Equal(1, simulation.Engine.Snapshot.LateFacts);
        _ = simulation.Start("web");
        Assert.Equal((PublicState.Ready, 2), (simulation.State("web"), simulation["web"].Attempt));
    }

    [Fact]
    public void A_run_that_gets_no_pipe_for_its_output_is_a_failed_start_and_tried_again()
    {
        var simulation = new Simulation(Job("web"));
        simulation.Logs.RefusesNextRun = new ErrnoException("pipe2", Errno.EMFILE);
        simulation.Boot();

        Assert.Equal(PublicState.Backoff, simulation.State("web"));
        Assert.Contains(simulation.StoryOf("web"), line => line.Contains("Too many open files", StringComparison.Ordinal));
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PublicState.Ready, simulation.State("web"));
        Assert.Equal([2], simulation.Logs.Opened.Single().Runs);
    }

    [Fact]
    public void A_step_that_cannot_be_ended_is_told_once_and_given_up()
    {
        var simulation = new Simulation(Job("web") with { BeforeStart = [new(["step"], TimeSpan.FromSeconds(5))] });
        simulation.Kernel.MayAbandon = true;
        simulation.Kernel.OnBirth = child => child.Refuses = () => new ErrnoException("pidfd_send_signal", Errno.EPERM, "step");
        simulation.Boot();

        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.Single(simulation.StoryOf("web"), line => line.Contains("internal error", StringComparison.Ordinal));
        Assert.Null(simulation.NextDeadline);
    }
}
