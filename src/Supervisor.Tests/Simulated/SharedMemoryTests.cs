using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class SharedMemoryTests
{
    private static readonly RegionSpec _cache = new("cache", 4096);

    [Fact]
    public void The_main_process_inherits_board_and_regions_and_its_steps_do_not()
    {
        var simulation = new Simulation(Job("web") with { Regions = [_cache], BeforeStart = [new(["step"], CommandStep.DefaultTimeout)] }).Boot();
        simulation.Kernel.Exits(simulation.Kernel.Children[0], ExitStatus.Exited(0));
        simulation.Settle();

        Assert.Empty(simulation.Kernel.Children[0].Request.Inherited);
        Assert.Equal(["SUPERVISOR_BOARD_FD", "SUPERVISOR_REGION_CACHE_FD"], simulation.Kernel.Main("web").Request.Inherited.Select(inherited => inherited.Variable));
    }

    [Fact]
    public void A_job_that_wants_neither_has_neither()
    {
        var simulation = new Simulation(Job("web") with { Board = false }).Boot();

        Assert.Empty(simulation.Boards.Opened);
        Assert.Empty(simulation.Kernel.Main("web").Request.Inherited);
    }

    [Fact]
    public void The_board_tells_goal_and_deadline_of_every_step_of_a_stop()
    {
        var stop = new StopSpec { Steps = [new(new(2), null, TimeSpan.FromSeconds(5)), new(Signal.Term, null, TimeSpan.FromSeconds(10))] };
        var simulation = new Simulation(Job("web") with { Stop = stop });
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        var board = simulation.Boards["web"];
        Assert.Equal((BoardGoal.Run, null, 1), (board.Facts.Goal, board.Facts.KillIn, board.Facts.Attempt));

        _ = simulation.Stop("web");
        Assert.Equal((BoardGoal.Stop, TimeSpan.FromSeconds(15)), (board.Facts.Goal, board.Facts.KillIn));
        simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(10), board.Facts.KillIn);
        simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(((int?)null, ExitCause.StopTimeout), (board.Facts.Pid, board.Facts.LastExit!.Cause));
    }

    [Fact]
    public void A_reload_is_told_and_counted()
    {
        var simulation = new Simulation(Job("web") with { Reload = new(new(10), null) }).Boot();
        _ = simulation.Submit(new ReloadJobs(["web"]));
        _ = simulation.Submit(new ReloadJobs(["web"]));

        Assert.Equal((BoardGoal.Reload, 2), (simulation.Boards["web"].Facts.Goal, simulation.Boards["web"].Facts.Reloads));
    }

    [Fact]
    public async Task Another_size_restarts_the_users_of_a_region_and_the_plan_says_so_first()
    {
        var (web, other) = (Job("web") with { Regions = [_cache] }, Job("other"));
        var simulation = new Simulation(web, other).Boot();
        var next = Spec(TimeSpan.FromSeconds(90), web with { Regions = [_cache with { Size = 8192 }] }, other);

        var plan = await simulation.Submit(new ApplySpec(next, DryRun: true));
        Assert.Equal(
            ["web: regions changed (is restarted)", "region cache: 4096 bytes become 8192 (a new one, its content is lost; web is restarted)"],
            plan.Plan);
        Assert.False(simulation.Boards["web"].Closed);

        Assert.Equal(OperationOutcome.Done, (await simulation.Submit(new ApplySpec(next))).Outcome);
        Assert.Equal(8192, simulation.Boards["web"].Regions[0].Size);
    }

    [Fact]
    public async Task A_job_that_is_removed_gives_its_memory_back()
    {
        var simulation = new Simulation(Job("web"), Job("other")).Boot();

        await simulation.Submit(new ApplySpec(Spec(TimeSpan.FromSeconds(90), Job("other"))));
        Assert.True(simulation.Boards["web"].Closed);
        Assert.False(simulation.Boards["other"].Closed);
    }

    [Fact]
    public async Task A_change_that_needs_no_restart_keeps_the_board()
    {
        var simulation = new Simulation(Job("web") with { Regions = [_cache] }).Boot();

        await simulation.Submit(new ApplySpec(Spec(TimeSpan.FromSeconds(90), Job("web") with { Regions = [new("cache", 4096)], StartTimeout = TimeSpan.FromSeconds(1) })));
        Assert.False(simulation.Boards["web"].Closed);
    }
}
