using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class ScaleAndRollTests
{
    [Fact]
    public async Task Scaling_up_starts_more_and_scaling_down_stops_the_last()
    {
        var simulation = new Simulation(Instances(6, file: 2)).Boot();

        Assert.Equal(OperationOutcome.Done, (await simulation.Submit(new ScaleJob("web", 4))).Outcome);
        Assert.Equal(PublicState.Ready, simulation.State("web@3"));
        Assert.Equal(4, simulation.Engine.Snapshot.Instances.Length);

        var result = await simulation.Submit(new ScaleJob("web", 1));
        Assert.Equal(OperationOutcome.Done, result.Outcome);
        Assert.Equal("web@0", Assert.Single(simulation.Engine.Snapshot.Instances).Name.ToString());
        Assert.Single(simulation.Kernel.Living);
    }

    [Fact]
    public async Task The_plan_names_the_reset_of_a_live_scale()
    {
        var simulation = new Simulation(Instances(6, file: 2)).Boot();
        Assert.Equal(OperationOutcome.Done, (await simulation.Submit(new ScaleJob("web", 4))).Outcome);

        var plan = (await simulation.Submit(new ApplySpec(simulation.Engine.Snapshot.Spec, DryRun: true))).Plan;

        Assert.Equal(["scale web 4 -> 2, reset to the file", "web@2: removed (is stopped)", "web@3: removed (is stopped)"], plan);
    }

    [Fact]
    public async Task A_job_without_instances_is_not_scaled()
    {
        var simulation = new Simulation(Job("db")).Boot();

        var result = await simulation.Submit(new ScaleJob("db", 4));

        Assert.Equal(OperationOutcome.Refused, result.Outcome);
        Assert.Contains("instances", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scaling_to_nothing_is_refused_since_a_stop_is_meant()
    {
        var simulation = new Simulation(Instances(2, file: 2)).Boot();

        var result = await simulation.Submit(new ScaleJob("web", 0));

        Assert.Equal(OperationOutcome.Refused, result.Outcome);
        Assert.Equal(2, simulation.Kernel.Living.Count());
        Assert.Equal(OperationOutcome.Done, (await simulation.Submit(new ScaleJob("web", 1))).Outcome);
    }

    [Fact]
    public async Task A_manual_job_that_runs_is_restarted_by_an_apply_that_changes_it_and_one_that_does_not_run_stays_down()
    {
        var (runs, rests) = (Job("runs") with { Start = StartMode.Manual }, Job("rests") with { Start = StartMode.Manual });
        var simulation = new Simulation(runs, rests).Boot();
        await simulation.Start("runs");

        var result = await simulation.Submit(new ApplySpec(Spec(TimeSpan.FromSeconds(90), Changed(runs), Changed(rests))));

        Assert.Equal(["runs: command changed (is restarted)", "rests: command changed (stays stopped)"], result.Plan);
        Assert.Equal((PublicState.Ready, 2), (simulation.State("runs"), simulation["runs"].Attempt));
        Assert.Equal(PublicState.Stopped, simulation.State("rests"));

        static JobSpec Changed(JobSpec job) => job with { Process = job.Process with { Command = ["main", "changed"] } };
    }

    [Fact]
    public async Task A_rolling_restart_takes_the_next_when_the_last_is_up()
    {
        var simulation = new Simulation(Instances(3, file: 3)).Boot();
        var most = 0;
        simulation.Kernel.OnStart = _ => most = Math.Max(most, 3 - simulation.Kernel.Living.Count());

        var result = await simulation.Submit(new RollingRestart(["web"]));

        Assert.Equal(OperationOutcome.Done, result.Outcome);
        Assert.Equal(["web@0", "web@1", "web@2"], result.Instances.Select(instance => instance.Name.ToString()));
        Assert.Equal(1, most);
        Assert.Equal(6, simulation.Kernel.Children.Count);
    }

    [Fact]
    public async Task A_rolling_restart_stops_where_one_does_not_come_up()
    {
        var simulation = new Simulation(Instances(3, file: 3)).Boot();
        simulation.Kernel.Fails = request => request.Owner.Index == 1 ? new(ExecStep.Execute, 2, "No such file or directory", "/x") : null;

        var result = await simulation.Submit(new RollingRestart(["web"]));

        Assert.Equal(OperationOutcome.Failed, result.Outcome);
        Assert.Equal("web@1 did not come up again; left alone: web@2", result.Message);
        Assert.Equal(1, simulation["web@2"].Attempt);
    }

    [Fact]
    public async Task A_changed_job_that_does_not_come_up_is_rolled_back_when_asked()
    {
        var job = Job("web");
        var simulation = new Simulation(job).Boot();
        var broken = job with { Process = job.Process with { Command = ["main", "broken"] } };
        simulation.Kernel.Fails = request => request.Process.Command[1] == "broken" ? new(ExecStep.Execute, 2, "No such file or directory", "/x") : null;

        var result = await simulation.Submit(new ApplySpec(Spec(TimeSpan.FromSeconds(90), broken), Rollback: true));

        Assert.Equal(OperationOutcome.Failed, result.Outcome);
        Assert.Contains(result.Instances, instance => instance.Message == "rolled back to its old specification");
        Assert.Equal(PublicState.Ready, simulation.State("web"));
        Assert.Equal("web", simulation["web"].Spec.Process.Command[1]);
    }

    private static SupervisorSpec Instances(int known, int file) =>
        new()
        {
            File = "/etc/test.yaml",
            Daemon = Spec(TimeSpan.FromSeconds(90)).Daemon,
            Jobs = [new("web", file, index => index < known ? Job("web") with { Name = new("web", index, true) } : throw new ArgumentOutOfRangeException(nameof(index)), [], [])],
        };
}
