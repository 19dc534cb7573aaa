using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

/// <summary>What happens to a rolling restart, and to its extra instance, when the configuration or the supervisor itself changes in the middle of it.</summary>
public class RollingRestartAndChangeTests
{
    private static readonly TimeSpan _startup = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task An_apply_that_concerns_others_changes_nothing_about_it()
    {
        var (simulation, roll) = Half(2);

        var apply = await simulation.Submit(new ApplySpec(Instances(2, Job("other"))));

        Assert.Equal(["other: new (is started)"], apply.Plan);
        Assert.Equal(["web@0", "web@1", "web@2", "other"], Names(simulation));
        Assert.True(simulation["web@2"].IsExtra);
        simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(OperationOutcome.Done, (await roll).Outcome);
        Assert.Equal(["web@0", "web@1", "other"], Names(simulation));
    }

    [Fact]
    public async Task An_instance_that_an_apply_has_changed_is_not_restarted_again()
    {
        var (simulation, roll) = Half(2);

        _ = simulation.Submit(new ApplySpec(Spec(TimeSpan.FromSeconds(90), [.. Webs(2).Select(web => web with { Process = new() { Command = ["main", "new"] } })])));
        simulation.Advance(TimeSpan.FromMinutes(1));

        var result = await roll;
        Assert.Equal(("web@1", true, "left alone: an apply has changed it meanwhile"), (result.Instances[1].Name.ToString(), result.Instances[1].Ok, result.Instances[1].Message));
        Assert.Equal((2, "new"), (simulation["web@1"].Attempt, simulation["web@1"].Spec.Process.Command[1]));
        Assert.Equal(["web@0", "web@1"], Names(simulation));
        Assert.Equal(2, simulation.Kernel.Living.Count());
    }

    [Fact]
    public async Task An_apply_that_wants_one_of_its_number_gets_it()
    {
        var (simulation, roll) = Half(2);

        var apply = simulation.Submit(new ApplySpec(Instances(3)));
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["web@2: the extra instance of a rolling restart is stopped", "web@2: new (is started)"], (await apply).Plan);
        Assert.Equal("the extra instance web@2 was stopped meanwhile; left alone: web@1", (await roll).Message);
        Assert.Equal(["web@0", "web@1", "web@2"], Names(simulation));
        Assert.False(simulation["web@2"].IsExtra);
        Assert.Equal(3, simulation.Kernel.Living.Count());
    }

    [Fact]
    public async Task An_apply_that_removes_the_job_takes_it_along()
    {
        var (simulation, roll) = Half(2);

        var apply = simulation.Submit(new ApplySpec(Spec(TimeSpan.FromSeconds(90), Job("other"))));
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(OperationOutcome.Done, (await apply).Outcome);
        Assert.True(roll.IsCompleted);
        Assert.Equal(["other"], Names(simulation));
        Assert.Single(simulation.Kernel.Living);
    }

    [Fact]
    public async Task An_instance_of_which_an_apply_has_changed_what_needs_no_restart_is_restarted_all_the_same()
    {
        var (simulation, roll) = Half(2);

        _ = simulation.Submit(new ApplySpec(Spec(TimeSpan.FromSeconds(90), [.. Webs(2).Select(web => web with { StartTimeout = TimeSpan.FromSeconds(60) })])));
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(OperationOutcome.Done, (await roll).Outcome);
        Assert.Equal((2, 2), (simulation["web@0"].Attempt, simulation["web@1"].Attempt));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_does_not_begin_in_the_middle_of_an_apply(bool changed)
    {
        var simulation = new Simulation(Instances(2, Job("slow"))).Boot();
        simulation.Advance(_startup);
        simulation.Kernel.Main("slow").IgnoresSignals = true;
        var webs = changed ? Webs(2).Select(web => web with { Process = new() { Command = ["main", "new"] } }) : Webs(2);
        var apply = simulation.Submit(new ApplySpec(Spec(TimeSpan.FromSeconds(90), [.. Webs(2), Job("slow") with { Process = new() { Command = ["main", "new"] } }])));
        var roll = simulation.Submit(new RollingRestart(["web"]));
        var second = simulation.Submit(new ApplySpec(Spec(TimeSpan.FromSeconds(90), [.. webs, Job("slow") with { Process = new() { Command = ["main", "new"] } }])));
        Assert.Equal(["web@0", "web@1", "slow"], Names(simulation));

        simulation.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal((OperationOutcome.Done, true), ((await apply).Outcome, simulation["web@2"].IsExtra));
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.True(second.IsCompleted);
        Assert.Equal(changed ? ["left alone: an apply has changed it meanwhile", "left alone: an apply has changed it meanwhile"] : ["ready (pid 1006, 5.0 s)", "ready (pid 1007, 5.0 s)"],
            (await roll).Instances.Select(one => one.Message));
        Assert.Equal(["web@0", "web@1", "slow"], Names(simulation));
        Assert.Equal(3, simulation.Kernel.Living.Count());
    }

    [Fact]
    public async Task A_plan_speaks_of_no_scale()
    {
        var (simulation, _) = Half(2);

        Assert.Empty((await simulation.Submit(new ApplySpec(simulation.Engine.Snapshot.Spec, DryRun: true))).Plan);
    }

    [Fact]
    public async Task An_upgrade_waits_until_it_is_over()
    {
        var (simulation, roll) = Half(2);

        var rest = simulation.Engine.Rest(final: true);
        simulation.Settle();
        Assert.Equal("a rolling restart of web is under way", (await rest).Refusal);
        rest = simulation.Engine.Rest(final: false);
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.False(rest.IsCompleted);
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(OperationOutcome.Done, (await roll).Outcome);
        Assert.Equal(2, (await rest).World!.Instances.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_crash_the_extra_one_goes_when_the_one_that_was_being_restarted_is_back(bool numbered)
    {
        var simulation = new Simulation(numbered ? Instances(1) : Spec(TimeSpan.FromSeconds(90), Webs(1)[0] with { Name = new("web") })).Boot();
        simulation.Advance(_startup);
        var name = numbered ? "web@0" : "web";
        simulation.Kernel.Main(name).IgnoresSignals = true;
        _ = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup);
        Assert.Equal((PublicState.Stopping, PublicState.Ready), (simulation.State(name), simulation.State("web@1")));

        var next = new Simulation(simulation, afterCrash: true).Boot();
        Assert.Equal([name, "web@1"], Names(next));
        Assert.True(next["web@1"].IsExtra);
        Assert.Equal("stops when " + name + " is ready", next["web@1"].Next?.Action);
        Assert.Contains(next.StoryOf(name), text => text.Contains("its restart was cut short", StringComparison.Ordinal));
        next.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([name], Names(next));
        Assert.Equal((PublicState.Ready, 2), (next.State(name), next[name].Attempt));
        Assert.Single(next.Kernel.Living);
    }

    [Fact]
    public void After_a_crash_that_has_lost_the_sockets_the_extra_one_that_has_them_makes_way()
    {
        var simulation = new Simulation(Instances(1)).Boot();
        simulation.Advance(_startup);
        simulation.Kernel.Main("web@0").IgnoresSignals = true;
        _ = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup);

        var next = new Simulation(simulation, afterCrash: true);
        next.Sockets.Fails = _ => next.Kernel.Living.Any() ? new(ExecStep.OpenSockets, 98, "Address already in use", "0.0.0.0:80") : null;
        next.Boot();
        next.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["web@0"], Names(next));
        Assert.Equal(PublicState.Ready, next.State("web@0"));
    }

    [Fact]
    public void After_a_crash_before_anything_was_taken_down_the_extra_one_goes_at_once()
    {
        var simulation = new Simulation(Instances(2)).Boot();
        simulation.Advance(_startup);
        _ = simulation.Submit(new RollingRestart(["web"]));

        var next = new Simulation(simulation, afterCrash: true).Boot();
        next.Settle();

        Assert.Equal(["web@0", "web@1"], Names(next));
        Assert.Equal([(PublicState.Ready, 1), (PublicState.Ready, 1)], next.Engine.Snapshot.Instances.Select(one => (one.State, one.Attempt)));
        Assert.Equal(2, next.Kernel.Living.Count());
    }

    [Fact]
    public void An_extra_one_that_stays_in_the_place_of_another_comes_through_an_upgrade()
    {
        var simulation = new Simulation(Instances(2)).Boot();
        simulation.Advance(_startup);
        simulation.Kernel.Fails = request => request.Owner.Index == 0 ? new(ExecStep.Execute, 2, "No such file or directory", "/x") : null;
        _ = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup + _startup);

        var next = new Simulation(simulation, afterCrash: false).Boot();

        Assert.Equal(PublicState.Ready, next.State("web@2"));
        next.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["web@0", "web@1"], Names(next));
        Assert.Equal(2, next.Kernel.Living.Count());
    }

    // Two instances, of which the first is on its way up again.
    private static (Simulation Simulation, Task<OperationResult> Roll) Half(int count)
    {
        var simulation = new Simulation(Instances(count)).Boot();
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup + TimeSpan.FromSeconds(2));
        Assert.Equal((PublicState.Running, 2), (simulation.State("web@0"), simulation["web@0"].Attempt));
        return (simulation, roll);
    }

    private static SupervisorSpec Instances(int count, params JobSpec[] others) => Spec(TimeSpan.FromSeconds(90), [.. Webs(count), .. others]);

    private static JobSpec[] Webs(int count) => [.. Enumerable.Range(0, count).Select(index => Job("web") with
    {
        Name = new("web", index, true),
        Sockets = [new() { Name = "http", Port = 80 }],
        Ready = new ReadyAfter(_startup),
    })];

    private static IEnumerable<string> Names(Simulation simulation) => simulation.Engine.Snapshot.Instances.Select(instance => instance.Name.ToString());
}
