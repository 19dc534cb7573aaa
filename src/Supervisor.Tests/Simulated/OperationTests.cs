using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class OperationTests
{
    private static readonly Dependency _db = new("db", DependencyCondition.Ready);

    [Fact]
    public async Task A_failed_start_tells_the_step_the_position_and_what_comes_next()
    {
        var simulation = new Simulation(Job("web") with { Start = StartMode.Manual });
        simulation.Kernel.Fails = _ => new(ExecStep.ChangeDirectory, Linux.Errno.ENOENT, "No such file or directory", "/srv/web");
        simulation.Boot();

        var result = await simulation.Start("web");

        Assert.Equal(OperationOutcome.Failed, result.Outcome);
        var web = Assert.Single(result.Instances);
        Assert.Equal("failed to start: changing directory: No such file or directory (/srv/web)", web.Message);
        Assert.Equal(("attempt 2 in 0.1 s", "test.yaml:7:16 directory"), (web.Next, web.Position));
    }

    [Fact]
    public async Task A_stop_is_answered_when_somebody_starts_the_job_meanwhile()
    {
        var simulation = Stubborn(Job("web"));
        var stop = simulation.Stop("web");
        var start = simulation.Start("web");

        Assert.Equal((OperationOutcome.Failed, "was started meanwhile"), ((await stop).Outcome, (await stop).Instances[0].Message));
        simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(OperationOutcome.Done, (await start).Outcome);
    }

    [Fact]
    public async Task Two_restarts_at_once_are_both_answered()
    {
        var simulation = Stubborn(Job("web"));
        var one = simulation.Submit(new RestartJobs(["web"], OnlyRunning: false));
        var two = simulation.Submit(new RestartJobs(["web"], OnlyRunning: false));

        simulation.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(OperationOutcome.Done, (await one).Outcome);
        Assert.Equal(OperationOutcome.Done, (await two).Outcome);
        Assert.Equal(2, simulation["web"].Attempt);
    }

    [Fact]
    public async Task A_start_by_hand_of_a_job_that_waits_in_vain_starts_what_it_waits_for()
    {
        var simulation = new Simulation(Job("db") with { Restart = new() { Policy = RestartPolicy.Never } }, Job("web") with { DependsOn = [_db] });
        simulation.Kernel.ReportsAtOnce = false;
        simulation.Boot();
        simulation.Kernel.Reports(simulation.Kernel.Unreported[0]);
        simulation.Settle();
        simulation.Kernel.Reports(simulation.Kernel.Unreported[0]);
        simulation.Settle();
        simulation.Kernel.Exits("db", 1);
        simulation.Kernel.Exits("web", 1);
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("does not come by itself", simulation["web"].StatusText, StringComparison.Ordinal);

        var start = simulation.Start("web");
        Assert.False(start.IsCompleted);
        simulation.Kernel.ReportsAtOnce = true;
        simulation.Kernel.Reports(simulation.Kernel.Unreported[0]);
        simulation.Settle();

        Assert.Equal(OperationOutcome.Done, (await start).Outcome);
    }

    [Fact]
    public void A_start_takes_back_the_stop_of_what_the_job_needs()
    {
        var simulation = Stubborn(Job("db"), Job("web") with { DependsOn = [_db] });
        _ = simulation.Stop("web", "db");
        _ = simulation.Start("web");

        simulation.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal((PublicState.Ready, PublicState.Ready), (simulation.State("db"), simulation.State("web")));
    }

    [Fact]
    public async Task A_reload_command_that_fails_is_told_to_who_asked()
    {
        var simulation = new Simulation(Job("web") with { Reload = new(null, new(["reload"], TimeSpan.FromSeconds(5))) }).Boot();
        var reload = simulation.Submit(new ReloadJobs(["web"]));
        Assert.False(reload.IsCompleted);
        // As systemd tells ExecReload.
        Assert.Contains(new("MAINPID", simulation.Kernel.Children[0].Pid.ToString()), simulation.Kernel.Children[^1].Request.SupervisorVariables);

        simulation.Kernel.Exits(simulation.Kernel.Children[^1], ExitStatus.Exited(3));
        simulation.Settle();

        Assert.Equal((OperationOutcome.Failed, "its reload command exited with code 3"), ((await reload).Outcome, (await reload).Instances[0].Message));
    }

    [Fact]
    public async Task Stopping_what_others_need_is_refused_unless_they_go_too()
    {
        var simulation = new Simulation(Job("db"), Job("web") with { DependsOn = [_db] }).Boot();

        var refused = await simulation.Stop("db");
        Assert.Equal(OperationOutcome.Refused, refused.Outcome);
        Assert.Contains("db is needed by web (ready)", refused.Message, StringComparison.Ordinal);

        Assert.Equal(OperationOutcome.Done, (await simulation.Submit(new StopJobs(["db"], WithDependents: true))).Outcome);
        Assert.Equal(["web", "db"], simulation.Told.Where(told => told.Line.Text.StartsWith("SIGTERM", StringComparison.Ordinal)).Select(told => told.Who));
    }

    [Theory]
    [InlineData(WaitCondition.Ready), InlineData(WaitCondition.Running), InlineData(WaitCondition.Exited)]
    public async Task A_wait_fails_when_it_can_no_longer_come_true(WaitCondition condition)
    {
        var simulation = new Simulation(Job("web") with { Start = StartMode.Manual }).Boot();

        var wait = await simulation.Submit(new WaitForJobs(["web"], condition));

        Assert.Equal(OperationOutcome.Failed, wait.Outcome);
    }

    [Fact]
    public async Task An_answer_speaks_of_a_state_that_is_published()
    {
        var simulation = new Simulation(Job("web") with { Start = StartMode.Manual }).Boot();
        PublicState? seen = null;
        var start = simulation.Engine.Submit(new StartJobs(["web"]), CancellationToken.None);
        _ = start.ContinueWith(_ => seen = simulation.State("web"), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        simulation.Settle();
        await start;

        Assert.Equal(PublicState.Ready, seen ?? simulation.State("web"));
    }

    private static Simulation Stubborn(params JobSpec[] specs)
    {
        var simulation = new Simulation(specs);
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        return simulation.Boot();
    }
}
