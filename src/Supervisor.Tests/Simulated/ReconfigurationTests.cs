using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class ReconfigurationTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(90);

    [Fact]
    public void A_removed_job_that_was_in_back_off_does_not_come_back()
    {
        var simulation = new Simulation(Job("web"), Job("db")).Boot();
        simulation.Kernel.Exits("web", 1);
        simulation.Settle();
        Assert.Equal(PublicState.Backoff, simulation.State("web"));

        _ = simulation.Submit(new ApplySpec(Spec(_limit, Job("db"))));
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["main db"], simulation.Kernel.Living.Select(child => string.Join(' ', child.Request.Process.Command)));
        Assert.Null(simulation.NextDeadline);
    }

    [Fact]
    public async Task Two_applies_at_once_follow_one_another()
    {
        var simulation = new Simulation(Job("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        var one = simulation.Submit(new ApplySpec(Spec(_limit, Job("new"))));
        var two = simulation.Submit(new ApplySpec(Spec(_limit, Job("newest"))));

        simulation.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(OperationOutcome.Done, (await two).Outcome);
        Assert.True(one.IsCompleted);
        Assert.Equal(["main newest"], simulation.Kernel.Living.Select(child => string.Join(' ', child.Request.Process.Command)));
    }

    [Fact]
    public async Task A_removed_job_that_is_restarted_meanwhile_is_stopped_all_the_same()
    {
        var simulation = new Simulation(Job("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        var restart = simulation.Submit(new RestartJobs(["web"], OnlyRunning: false));
        var apply = simulation.Submit(new ApplySpec(Spec(_limit)));

        simulation.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(OperationOutcome.Done, (await apply).Outcome);
        Assert.Equal(OperationOutcome.Failed, (await restart).Outcome);
        Assert.Empty(simulation.Kernel.Living);
        Assert.Empty(simulation.Engine.Snapshot.Instances);
    }

    [Fact]
    public async Task Only_what_changed_is_touched_and_a_dry_run_touches_nothing()
    {
        var simulation = new Simulation(Job("same"), Job("live"), Job("changed"), Job("held"), Job("gone")).Boot();
        _ = simulation.Stop("held");
        var next = Spec(_limit, Job("same"), Job("live") with { Stop = StopSpec.Default with { To = SignalTarget.Group } },
            Job("changed") with { Process = new() { Command = ["main", "changed", "x"] } }, Job("held"), Job("added"));
        var pids = simulation.Engine.Snapshot.Instances.ToDictionary(instance => instance.Name.Job, instance => instance.Pid);

        var plan = await simulation.Submit(new ApplySpec(next, DryRun: true));
        Assert.Equal(
            ["gone: removed (is stopped)", "live: stop changed (takes effect without a restart)", "changed: command changed (is restarted)", "added: new (is started)"], plan.Plan);
        Assert.Equal(pids, simulation.Engine.Snapshot.Instances.ToDictionary(instance => instance.Name.Job, instance => instance.Pid));

        Assert.Equal(OperationOutcome.Done, (await simulation.Submit(new ApplySpec(next))).Outcome);
        Assert.Equal((pids["same"], pids["live"]), (simulation["same"].Pid, simulation["live"].Pid));
        Assert.NotEqual(pids["changed"], simulation["changed"].Pid);
        Assert.Equal(PublicState.Stopped, simulation.State("held"));
        Assert.Equal(PublicState.Ready, simulation.State("added"));
        Assert.Equal(SignalTarget.Group, simulation["live"].Spec.Stop.To);
        Assert.DoesNotContain(simulation.Engine.Snapshot.Instances, instance => instance.Name.Job == "gone");
    }

    [Fact]
    public async Task An_apply_that_a_shutdown_overtakes_is_refused()
    {
        var simulation = new Simulation(Job("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        var apply = simulation.Submit(new ApplySpec(Spec(_limit, Job("new"))));
        _ = simulation.Submit(new ShutDown());

        simulation.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(OperationOutcome.Refused, (await apply).Outcome);
        Assert.Empty(simulation.Kernel.Living);
    }
}
