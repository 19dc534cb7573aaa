using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;
using Supervisor.Systemd;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

/// <summary>Rolling restarts of jobs whose instances share their sockets: an extra instance serves meanwhile.</summary>
public class RollingRestartTests
{
    private static readonly TimeSpan _startup = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task One_instance_goes_only_when_an_extra_one_is_ready_and_that_one_goes_last()
    {
        var simulation = new Simulation(Web()).Boot();
        simulation.Advance(_startup);

        var roll = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup - TimeSpan.FromMilliseconds(1));
        Assert.Equal([("web", PublicState.Ready), ("web@1", PublicState.Running)], States(simulation));
        Assert.True(simulation["web@1"].IsExtra);
        Assert.Equal("1 job: 1 ready", StatusLine.Of(simulation.Engine.Snapshot));
        Assert.Equal("extra instance of a rolling restart", simulation["web@1"].StatusText);

        simulation.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([("web", PublicState.Running), ("web@1", PublicState.Ready)], States(simulation));
        Assert.Equal("stops when the rolling restart is over", simulation["web@1"].Next?.Action);
        Assert.False(roll.IsCompleted);

        simulation.Advance(_startup);
        var result = await roll;
        Assert.Equal((OperationOutcome.Done, "web"), (result.Outcome, Assert.Single(result.Instances).Name.ToString()));
        Assert.Equal([("web", PublicState.Ready)], States(simulation));
        Assert.Equal((2, 3), (simulation["web"].Attempt, simulation.Kernel.Children.Count));
        Assert.Equal((0, 1), (simulation.Sockets["web"].Closings, simulation.Sockets.All[new("web", 1, true)].Closings));
    }

    [Fact]
    public async Task Of_three_there_are_never_fewer_than_three_ready()
    {
        var simulation = new Simulation(Three()).Boot();
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["web"]));
        for (var tenth = 0; tenth < 300; tenth++)
        {
            Assert.True(States(simulation).Count(one => one.State is PublicState.Ready) >= 3);
            Assert.InRange(simulation.Kernel.Living.Count(), 3, 4);
            simulation.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(["web@0", "web@1", "web@2"], (await roll).Instances.Select(one => one.Name.ToString()));
        Assert.All(States(simulation), one => Assert.Equal(2, simulation[one.Name].Attempt));
        Assert.Equal(["web@0", "web@1", "web@2"], States(simulation).Select(one => one.Name));
    }

    [Fact]
    public async Task An_extra_one_that_does_not_come_up_is_taken_away_and_nothing_else_is_touched()
    {
        var simulation = new Simulation(Web() with { Essential = true, OnFailure = [new(["page", "someone"], TimeSpan.FromSeconds(1))], Restart = new() { Policy = RestartPolicy.Never } }).Boot();
        simulation.Advance(_startup);
        simulation.Kernel.Fails = request => request.Owner.Index == 1 ? new(ExecStep.Execute, 2, "No such file or directory", "/x") : null;

        var result = await simulation.Submit(new RollingRestart(["web"]));

        Assert.Equal(OperationOutcome.Failed, result.Outcome);
        Assert.Equal("web was not restarted: its extra instance web@1, which was to serve meanwhile, did not become ready; all others are as they were", result.Message);
        var extra = Assert.Single(result.Instances);
        Assert.Equal(("web@1", false, "none: it is stopped; what it wrote is in web@1.log"), (extra.Name.ToString(), extra.Ok, extra.Next));
        Assert.Contains("No such file or directory", extra.Message, StringComparison.Ordinal);
        Assert.Equal([("web", PublicState.Ready)], States(simulation));
        Assert.Equal((1, 1), (simulation["web"].Attempt, simulation.Kernel.Children.Count));
        Assert.Equal(SupervisorState.Running, simulation.Engine.Snapshot.State);
    }

    [Fact]
    public async Task An_extra_one_that_is_not_ready_in_time_counts_as_such_a_one()
    {
        var simulation = new Simulation(Web() with { Ready = new ReadyWhenNotified(), StartTimeout = TimeSpan.FromSeconds(20) }).Boot();
        simulation.Notifications.Opened.Single(socket => socket.Run is not null).Tells(new() { Ready = true });
        simulation.Settle();
        var roll = simulation.Submit(new RollingRestart(["web"]));

        simulation.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(OperationOutcome.Failed, (await roll).Outcome);
        Assert.Equal([("web", PublicState.Ready)], States(simulation));
        Assert.Single(simulation.Kernel.Living);
    }

    [Fact]
    public async Task An_extra_one_waits_for_nobody()
    {
        var simulation = new Simulation(Job("db"), Web() with { DependsOn = [new("db", DependencyCondition.Ready)] }).Boot();
        simulation.Advance(_startup);
        simulation.Kernel.Fails = request => request.Owner.Job == "db" ? new(ExecStep.Execute, 2, "No such file or directory", "/x") : null;
        simulation.Kernel.Exits("db", 1);
        simulation.Settle();

        var result = await simulation.Submit(new RollingRestart(["web"]));

        Assert.Equal("is waiting for db (ready)", Assert.Single(result.Instances).Message);
        Assert.Equal(1, simulation["web"].Attempt);
    }

    [Fact]
    public async Task Where_one_does_not_come_up_again_the_extra_one_stays_in_its_place_until_it_does()
    {
        var simulation = new Simulation(Three()).Boot();
        simulation.Advance(_startup);
        simulation.Kernel.Fails = request => request.Owner.Index == 1 ? new(ExecStep.Execute, 2, "No such file or directory", "/x") : null;
        var roll = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(TimeSpan.FromSeconds(11));

        var result = await roll;
        Assert.Equal(OperationOutcome.Failed, result.Outcome);
        Assert.Equal(
            "web@1 did not come up again; left alone: web@2; the extra instance web@3 goes on until web@1 is ready (`supervisor stop web@3` ends it before)", result.Message);
        Assert.Equal((PublicState.Ready, PublicState.Ready, PublicState.Ready), (simulation.State("web@0"), simulation.State("web@2"), simulation.State("web@3")));
        Assert.Equal("stops when web@1 is ready", simulation["web@3"].Next?.Action);
        Assert.Contains(simulation.Told, told => told.Who == "supervisor" && told.Line.Text.Contains(result.Message!, StringComparison.Ordinal));

        simulation.Kernel.Fails = _ => null;
        simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["web@0", "web@1", "web@2"], States(simulation).Select(one => one.Name));
        Assert.Equal(3, simulation.Kernel.Living.Count());
    }

    [Fact]
    public async Task The_next_rolling_restart_takes_over_the_extra_one_and_begins_with_those_that_are_not_up()
    {
        var simulation = new Simulation(Three()).Boot();
        simulation.Advance(_startup);
        simulation.Kernel.Fails = request => request.Owner.Index == 1 ? new(ExecStep.Execute, 2, "No such file or directory", "/x") : null;
        _ = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(TimeSpan.FromSeconds(11));

        simulation.Kernel.Fails = _ => null;
        var again = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["web@1", "web@0", "web@2"], (await again).Instances.Select(one => one.Name.ToString()));
        Assert.Equal(3, States(simulation).Count());
        Assert.Single(simulation.Kernel.Children, child => child.Request.Owner.Index == 3);
    }

    [Fact]
    public async Task One_that_dies_on_the_way_is_back_before_the_next_goes()
    {
        var simulation = new Simulation(Three()).Boot();
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup + TimeSpan.FromSeconds(2));
        Assert.Equal(PublicState.Running, simulation.State("web@0"));

        simulation.Kernel.Dies("web@3", new(9));
        simulation.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((PublicState.Ready, PublicState.Ready, PublicState.Running), (simulation.State("web@0"), simulation.State("web@1"), simulation.State("web@3")));
        simulation.Advance(TimeSpan.FromSeconds(2.2));
        Assert.Equal((PublicState.Running, PublicState.Ready), (simulation.State("web@1"), simulation.State("web@3")));

        simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(OperationOutcome.Done, (await roll).Outcome);
    }

    [Fact]
    public async Task On_demand_one_that_ends_because_nobody_needs_it_is_started_again()
    {
        var simulation = new Simulation(Three(job => job with { Start = StartMode.OnDemand })).Boot();
        _ = simulation.Start("web");
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup + TimeSpan.FromSeconds(2));

        simulation.Kernel.Exits("web@3", 0);
        simulation.Advance(_startup);
        Assert.Equal((PublicState.Ready, 2), (simulation.State("web@1"), simulation["web@3"].Attempt));

        simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(OperationOutcome.Done, (await roll).Outcome);
        Assert.Equal(3, simulation.Kernel.Living.Count());
    }

    [Fact]
    public async Task Who_stops_the_job_stops_all_of_it_and_it_stays_so()
    {
        var simulation = new Simulation(Three()).Boot();
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup + TimeSpan.FromSeconds(2));

        Assert.Equal(4, (await simulation.Stop("web")).Instances.Length);
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((OperationOutcome.Failed, "web@0 did not come up again; left alone: web@1, web@2"), ((await roll).Outcome, (await roll).Message));
        Assert.Equal([("web@0", PublicState.Stopped), ("web@1", PublicState.Stopped), ("web@2", PublicState.Stopped)], States(simulation));
        Assert.Empty(simulation.Kernel.Living);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_stops_one_that_is_just_going_down_for_a_restart_keeps_it_stopped(bool rolling)
    {
        var simulation = new Simulation(Web()).Boot();
        simulation.Advance(_startup);
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        await simulation.Submit(new RestartJobs(["web"], OnlyRunning: false, Wait: false));
        simulation.Advance(_startup + _startup);
        var restart = simulation.Submit(rolling ? new RollingRestart(["web"]) : new RestartJobs(["web"], OnlyRunning: false));
        simulation.Advance(_startup);
        Assert.Equal(PublicState.Stopping, simulation.State("web"));

        var stop = simulation.Stop("web");
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.True(stop.IsCompleted);
        Assert.Equal(OperationOutcome.Failed, (await restart).Outcome);
        Assert.Contains((await restart).Instances, one => one.Message == "was stopped meanwhile");
        Assert.Equal([("web", PublicState.Stopped)], States(simulation));
    }

    [Fact]
    public async Task Who_stops_the_extra_one_ends_the_rolling_restart()
    {
        var simulation = new Simulation(Three()).Boot();
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup + TimeSpan.FromSeconds(2));

        Assert.Equal(OperationOutcome.Done, (await simulation.Stop("web@3")).Outcome);
        simulation.Advance(_startup);

        Assert.Equal("the extra instance web@3 was stopped meanwhile; left alone: web@1, web@2", (await roll).Message);
        Assert.Equal([("web@0", PublicState.Ready), ("web@1", PublicState.Ready), ("web@2", PublicState.Ready)], States(simulation));
    }

    [Fact]
    public async Task The_extra_one_is_meant_by_stop_and_signal_but_not_by_start_restart_or_wait()
    {
        var simulation = new Simulation(Web()).Boot();
        simulation.Advance(_startup);
        _ = simulation.Submit(new RollingRestart(["web"]));

        Assert.Equal(["web"], (await simulation.Submit(new StartJobs(["web"]))).Instances.Select(one => one.Name.ToString()));
        Assert.Equal(["web"], (await simulation.Submit(new WaitForJobs(["web"], WaitCondition.Ready))).Instances.Select(one => one.Name.ToString()));
        Assert.True((await simulation.Submit(new WaitForJobs(["web@1"], WaitCondition.Running))).Instances[0].Ok);
        var refused = await simulation.Submit(new RestartJobs(["web@1"], OnlyRunning: false));
        Assert.Equal(
            (OperationOutcome.Refused, "web@1 is the extra instance of a rolling restart: it stops when the rolling restart is over, or by `supervisor stop web@1`"),
            (refused.Outcome, refused.Message));
        Assert.Equal(["web", "web@1"], (await simulation.Submit(new SignalJobs(["web"], Signal.Hup, SignalTarget.Main))).Instances.Select(one => one.Name.ToString()));
    }

    [Fact]
    public async Task A_second_one_of_the_same_job_and_a_scale_are_refused_meanwhile()
    {
        var simulation = new Simulation(Three()).Boot();
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["web"]));

        Assert.Equal("a rolling restart of web is under way: nothing was restarted; ask again when it is over", (await simulation.Submit(new RollingRestart(["web@2"]))).Message);
        Assert.Contains("web has an extra instance of a rolling restart, web@3, until the rolling restart is over", (await simulation.Submit(new ScaleJob("web", 5))).Message, StringComparison.Ordinal);
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(OperationOutcome.Done, (await roll).Outcome);
        _ = simulation.Submit(new ScaleJob("web", 4));
        Assert.False(simulation["web@3"].IsExtra);
    }

    [Fact]
    public async Task A_shutdown_stops_it_with_the_others()
    {
        var simulation = new Simulation(Three()).Boot();
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["web"]));
        simulation.Advance(_startup + TimeSpan.FromSeconds(2));

        var down = simulation.Submit(new ShutDown());
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.True(down.IsCompleted);
        Assert.Equal(OperationOutcome.Failed, (await roll).Outcome);
        Assert.Empty(simulation.Kernel.Living);
    }

    [Fact]
    public void Who_depends_on_the_job_neither_waits_for_the_extra_one_nor_is_restarted_for_it()
    {
        var simulation = new Simulation(
            Web(), Job("late") with { Start = StartMode.Manual, DependsOn = [new("web", DependencyCondition.Ready)] },
            Job("early") with { OnDependencyRestart = OnDependencyRestart.Restart, DependsOn = [new("web", DependencyCondition.Ready)] }).Boot();
        simulation.Advance(_startup);
        _ = simulation.Submit(new RollingRestart(["web"]));
        _ = simulation.Start("late");
        Assert.Equal((PublicState.Running, PublicState.Ready), (simulation.State("web@1"), simulation.State("late")));
        simulation.Kernel.Dies("web@1", new(9));
        simulation.Settle();

        Assert.Equal((PublicState.Ready, PublicState.Ready, 1), (simulation.State("late"), simulation.State("early"), simulation["early"].Attempt));
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(1, false, true)]
    [InlineData(null, true, true)]
    [InlineData(0, true, false)]
    public async Task There_is_one_where_all_sockets_are_shared_or_the_configuration_says_so(int? surge, bool sockets, bool extra)
    {
        var simulation = new Simulation(Web() with { Surge = surge, Sockets = sockets ? Web().Sockets : [] }).Boot();
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["web"]));

        Assert.Equal(extra ? 2 : 1, States(simulation).Count());
        simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(OperationOutcome.Done, (await roll).Outcome);
    }

    [Fact]
    public void There_is_none_where_each_has_a_socket_of_its_own_and_where_none_is_up()
    {
        var own = new Simulation(Three(job => job with { Sockets = [new() { Name = "http", Port = 80 + job.Name.Index }] })).Boot();
        own.Advance(_startup);
        _ = own.Submit(new RollingRestart(["web"]));
        Assert.Equal(3, States(own).Count());

        var down = new Simulation(Web() with { Start = StartMode.Manual }).Boot();
        _ = down.Submit(new RollingRestart(["web"]));
        Assert.Equal([("web", PublicState.Running)], States(down));
    }

    [Fact]
    public async Task Several_jobs_go_one_after_the_other_each_with_its_own()
    {
        var simulation = new Simulation(Web(), Web("api"), Job("plain")).Boot();
        simulation.Advance(_startup);
        var roll = simulation.Submit(new RollingRestart(["*"], Wait: false));
        Assert.Equal(3, (await roll).Instances.Length);
        Assert.Equal(["web", "web@1", "api", "plain"], States(simulation).Select(one => one.Name));

        simulation.Advance(_startup + _startup);
        Assert.Equal(["web", "api", "api@1", "plain"], States(simulation).Select(one => one.Name));
        simulation.Advance(_startup + _startup);

        Assert.Equal([2, 2, 2], States(simulation).Select(one => simulation[one.Name].Attempt));
        Assert.Equal(3, simulation.Kernel.Living.Count());
    }

    private static JobSpec Web(string name = "web") => Job(name) with { Sockets = [new() { Name = "http", Port = 80 }], Ready = new ReadyAfter(_startup) };

    private static JobSpec[] Three(Func<JobSpec, JobSpec>? change = null) =>
        [.. Enumerable.Range(0, 3).Select(index => Web() with { Name = new("web", index, true) }).Select(change ?? (job => job))];

    private static IEnumerable<(string Name, PublicState State)> States(Simulation simulation) =>
        simulation.Engine.Snapshot.Instances.Select(instance => (instance.Name.ToString(), instance.State));
}
