using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>Sockets that the supervisor opens for jobs.</summary>
public class SocketTests
{
    private static readonly SpawnFailure _inUse = new(ExecStep.OpenSockets, 98, "Address already in use", "0.0.0.0:80");

    [Fact]
    public void They_are_handed_over_first_and_stay_open_through_restarts()
    {
        var simulation = new Simulation(Web()).Boot();
        Assert.Equal([100, 101], simulation.Kernel.Main("web").Request.Inherited.Take(2).Select(one => one.Descriptor));
        Assert.Equal(["http", "admin"], simulation.Kernel.Main("web").Request.Inherited.Take(2).Select(one => one.ListenName));

        simulation.Kernel.Dies("web", new(11));
        simulation.Settle();
        Assert.True(simulation.Sockets["web"].IsOpen);
        simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((2, 0), (simulation.Kernel.Children.Count, simulation.Sockets["web"].Closings));
    }

    [Fact]
    public void They_are_open_while_the_job_still_waits_for_another()
    {
        var simulation = new Simulation(
            Simulation.Job("db") with { Ready = new ReadyAfter(TimeSpan.FromSeconds(5)) }, Web() with { DependsOn = [new("db", DependencyCondition.Ready)] }).Boot();

        Assert.Equal(PublicState.Waiting, simulation.State("web"));
        Assert.True(simulation.Sockets["web"].IsOpen);
    }

    [Fact]
    public void A_port_that_is_in_use_is_a_failed_start_that_is_tried_again()
    {
        var simulation = new Simulation(Web());
        simulation.Sockets.Fails = _ => _inUse;
        simulation.Boot();

        Assert.Equal(PublicState.Backoff, simulation.State("web"));
        Assert.Contains(simulation.StoryOf("web"), text => text.Contains("failed to start: opening its sockets: Address already in use (0.0.0.0:80)"));
        simulation.Sockets.Fails = _ => null;
        simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(PublicState.Ready, simulation.State("web"));
    }

    [Fact]
    public async Task A_stop_closes_them_and_a_restart_does_not()
    {
        var simulation = new Simulation(Web()).Boot();

        await simulation.Submit(new RestartJobs(["web"], OnlyRunning: false));
        await simulation.Submit(new RollingRestart(["web"]));
        Assert.Equal((PublicState.Ready, 0), (simulation.State("web"), simulation.Sockets["web"].Closings));
        await simulation.Stop("web");
        Assert.False(simulation.Sockets["web"].IsOpen);
        await simulation.Start("web");

        Assert.True(simulation.Sockets["web"].IsOpen);
    }

    [Fact]
    public void A_job_that_is_given_up_or_has_completed_refuses_connections()
    {
        var simulation = new Simulation(Web() with { Restart = new() { Policy = RestartPolicy.Never } }).Boot();

        simulation.Kernel.Exits("web", 1);
        simulation.Settle();

        Assert.Equal((PublicState.Failed, false), (simulation.State("web"), simulation.Sockets["web"].IsOpen));
    }

    [Fact]
    public async Task An_apply_closes_what_changed_and_leaves_what_did_not()
    {
        var simulation = new Simulation(Web()).Boot();

        await simulation.Submit(new ApplySpec(Simulation.Spec(TimeSpan.FromMinutes(1), Web() with { Process = new() { Command = ["main", "other"] } })));
        Assert.Equal((2, 0), (simulation.Kernel.Children.Count, simulation.Sockets["web"].Closings));
        Assert.True(simulation.Sockets["web"].IsOpen);
        await simulation.Submit(new ApplySpec(Simulation.Spec(TimeSpan.FromMinutes(1))));

        Assert.Equal(1, simulation.Sockets["web"].Closings);
    }

    [Fact]
    public async Task A_stop_while_they_are_being_opened_ends_the_start()
    {
        var simulation = new Simulation(Web());
        simulation.Sockets.OpensAtOnce = false;
        simulation.Boot();
        Assert.Equal(PublicState.Starting, simulation.State("web"));

        var stopped = simulation.Stop("web");
        simulation.Sockets.Open();
        simulation.Settle();
        Assert.True((await stopped).Instances[0].Ok);

        Assert.Equal((PublicState.Stopped, false), (simulation.State("web"), simulation.Sockets["web"].IsOpen));
    }

    [Fact]
    public void On_demand_the_first_connection_starts_it()
    {
        var simulation = new Simulation(OnDemand()).Boot();
        Assert.Equal((PublicState.Waiting, "starts at the first connection"), (simulation.State("web"), simulation["web"].Next!.Action));
        Assert.Empty(simulation.Kernel.Children);

        Assert.True(simulation.Sockets.Connect(new("web")));
        simulation.Settle();

        Assert.Equal(PublicState.Ready, simulation.State("web"));
        Assert.False(simulation.Sockets["web"].IsWatched);
    }

    [Fact]
    public void On_demand_one_that_ends_in_success_waits_for_the_next_connection()
    {
        var simulation = new Simulation(OnDemand()).Boot();
        simulation.Sockets.Connect(new("web"));
        simulation.Settle();

        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        Assert.Equal((PublicState.Waiting, true, 0), (simulation.State("web"), simulation.Sockets["web"].IsWatched, simulation.Sockets["web"].Closings));
        simulation.Sockets.Connect(new("web"));
        simulation.Settle();

        Assert.Equal(2, simulation.Kernel.Children.Count);
    }

    [Fact]
    public void One_that_ends_without_taking_its_connection_is_given_up()
    {
        var simulation = new Simulation(OnDemand()).Boot();
        for (var start = 0; start < JobMachine.ActivationLimit; start++)
        {
            Assert.True(simulation.Sockets.Connect(new("web")));
            simulation.Settle();
            simulation.Kernel.Exits("web", 0);
            simulation.Settle();
        }

        simulation.Sockets.Connect(new("web"));
        simulation.Settle();

        Assert.Equal((PublicState.Failed, JobMachine.ActivationLimit), (simulation.State("web"), simulation.Kernel.Children.Count));
        Assert.Contains(simulation.StoryOf("web"), text => text.Contains("it ends without taking them; given up"));
        Assert.False(simulation.Sockets["web"].IsOpen);
    }

    [Fact]
    public void Starts_by_connections_that_are_rarer_are_not_limited()
    {
        var simulation = new Simulation(OnDemand()).Boot();
        for (var start = 0; start < 100; start++)
        {
            Assert.True(simulation.Sockets.Connect(new("web")));
            simulation.Settle();
            simulation.Kernel.Exits("web", 0);
            simulation.Advance(TimeSpan.FromMilliseconds(200));
        }
    }

    [Fact]
    public void On_demand_a_port_in_use_is_tried_again_while_nothing_runs()
    {
        var simulation = new Simulation(OnDemand());
        simulation.Sockets.Fails = _ => _inUse;
        simulation.Boot();
        Assert.Equal("opens its sockets", simulation["web"].Next!.Action);
        simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(simulation.StoryOf("web").Count(text => text.Contains("cannot wait for connections: opening its sockets: Address already in use")), 5, 15);

        simulation.Sockets.Fails = _ => null;
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.True(simulation.Sockets["web"].IsWatched);
        Assert.Empty(simulation.Kernel.Children);
    }

    [Fact]
    public async Task On_demand_who_names_it_starts_it_and_who_starts_all_does_not()
    {
        var simulation = new Simulation(OnDemand()).Boot();

        Assert.Equal("starts at the first connection", (await simulation.Start()).Instances[0].Message);
        Assert.Empty(simulation.Kernel.Children);
        await simulation.Start("web");
        Assert.Equal(PublicState.Ready, simulation.State("web"));
        await simulation.Submit(new RestartJobs(["web"], OnlyRunning: false));

        Assert.Equal((PublicState.Ready, 2), (simulation.State("web"), simulation.Kernel.Children.Count));
    }

    [Fact]
    public void Who_depends_on_one_that_listens_need_not_wait()
    {
        var simulation = new Simulation(OnDemand(), Simulation.Job("client") with { DependsOn = [new("web", DependencyCondition.Ready)] }).Boot();

        Assert.Equal((PublicState.Ready, PublicState.Waiting), (simulation.State("client"), simulation.State("web")));
    }

    [Fact]
    public void What_it_depends_on_starts_with_the_connection()
    {
        var simulation = new Simulation(Simulation.Job("db") with { Start = StartMode.Manual }, OnDemand() with { DependsOn = [new("db", DependencyCondition.Ready)] }).Boot();
        Assert.Equal(PublicState.Stopped, simulation.State("db"));

        simulation.Sockets.Connect(new("web"));
        simulation.Settle();

        Assert.Equal((PublicState.Ready, PublicState.Ready), (simulation.State("db"), simulation.State("web")));
    }

    [Fact]
    public void A_shutdown_closes_them()
    {
        var simulation = new Simulation(OnDemand(), Web("other")).Boot();

        simulation.Submit(new ShutDown());

        Assert.False(simulation.Sockets["web"].IsOpen || simulation.Sockets["other"].IsOpen);
    }

    private static JobSpec Web(string name = "web") => Simulation.Job(name) with
    {
        Sockets = [new() { Name = "http", Port = 80 }, new() { Name = "admin", Path = "/run/web.sock" }],
    };

    private static JobSpec OnDemand() => Web() with { Start = StartMode.OnDemand };
}
