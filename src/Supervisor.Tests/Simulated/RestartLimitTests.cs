using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>supervisor.restart_limit: restarts of all jobs together.</summary>
public class RestartLimitTests
{
    private static readonly string[] _names = ["a", "b", "c", "d", "e"];

    [Fact]
    public void Restarts_beyond_the_limit_wait_for_their_turn_and_all_are_made()
    {
        var simulation = With(new(2, TimeSpan.FromSeconds(10)));

        FailAll(simulation);
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Running(simulation).Length);
        Assert.Equal(3, simulation.Engine.Snapshot.RestartsHeldBack);
        Assert.All(_names.Except(Running(simulation)), name => Assert.Contains("held back by supervisor.restart_limit", simulation[name].Next!.Action));
        Assert.Single(simulation.StoryOf("supervisor"), text => text.Contains("are the limit (supervisor.restart_limit)"));

        simulation.Advance(TimeSpan.FromSeconds(9.2));
        Assert.Equal(4, Running(simulation).Length);
        simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(_names, Running(simulation));
        Assert.Equal(3, _names.Sum(name => simulation.StoryOf(name).Count(text => text.Contains("held back"))));
        Assert.All(_names, name => Assert.Equal(1, simulation[name].Restarts));
    }

    [Fact]
    public void Without_a_limit_nothing_waits()
    {
        var simulation = With(null);

        FailAll(simulation);
        simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(_names, Running(simulation));
    }

    [Fact]
    public void A_start_by_hand_is_never_held_back()
    {
        var simulation = With(new(1, TimeSpan.FromMinutes(1)));
        FailAll(simulation);
        simulation.Advance(TimeSpan.FromSeconds(1));
        var held = _names.Except(Running(simulation)).ToList();
        Assert.Equal(4, held.Count);

        simulation.Start(held[0]);

        Assert.Equal(PublicState.Ready, simulation.State(held[0]));
    }

    [Fact]
    public void A_job_that_fails_alone_for_ever_is_slowed_down_too()
    {
        var simulation = With(new(3, TimeSpan.FromSeconds(10)), delay: TimeSpan.Zero);
        for (var second = 0; second < 100; second++)
        {
            if (simulation.State("a") is PublicState.Ready)
            {
                simulation.Kernel.Exits("a", 1);
            }

            simulation.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(simulation["a"].Restarts, 27, 31);
    }

    [Fact]
    public async Task A_new_limit_holds_from_its_apply_on()
    {
        var simulation = With(new(1, TimeSpan.FromMinutes(10)));

        var applied = await simulation.Submit(new ApplySpec(Spec(null, TimeSpan.FromMilliseconds(100))));
        Assert.Equal(["supervisor: restart_limit is none now"], applied.Plan);
        FailAll(simulation);
        simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(_names, Running(simulation));
    }

    private static void FailAll(Simulation simulation)
    {
        foreach (var name in _names)
        {
            simulation.Kernel.Exits(name, 1);
        }

        simulation.Settle();
    }

    private static string[] Running(Simulation simulation) => [.. _names.Where(name => simulation.State(name) is PublicState.Ready)];

    private static Simulation With(RestartLimitSpec? limit, TimeSpan? delay = null) => new Simulation(Spec(limit, delay ?? TimeSpan.FromMilliseconds(100))).Boot();

    private static SupervisorSpec Spec(RestartLimitSpec? limit, TimeSpan delay)
    {
        var spec = Simulation.Spec(TimeSpan.FromSeconds(90), [.. _names.Select(name => Simulation.Job(name) with { Restart = new() { Jitter = 0, Delay = delay, Factor = 1 } })]);
        return new() { File = spec.File, Jobs = spec.Jobs, Daemon = spec.Daemon with { RestartLimit = limit } };
    }
}
