using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class HealthTests
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);
    private static readonly HealthSpec _health = new(new TcpProbe(new("localhost", 80)) { Interval = _interval });

    private static JobSpec Watched(HealthSpec? health = null) => Job("web") with { Health = health ?? _health };

    private static Simulation Booted(JobSpec spec, bool stubborn = false)
    {
        var simulation = new Simulation(spec);
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = stubborn;
        return simulation.Boot();
    }

    [Fact]
    public void Failures_in_a_row_go_through_the_stop_and_the_restart_policy()
    {
        var simulation = Booted(Watched(), stubborn: true);
        simulation.Probes.Passes();
        simulation.Settle();
        Assert.Equal(new HealthSnapshot(Health.Healthy, 0, 3, null), simulation["web"].Health);
        simulation.Probes.AnswersAtOnce = _ => ProbeAnswer.Failed("status 500, expected 200-399");

        simulation.Advance(_interval * 2);
        Assert.Equal(new HealthSnapshot(Health.Healthy, 2, 3, "status 500, expected 200-399"), simulation["web"].Health);
        Assert.Empty(simulation.Kernel.Main("web").Signals);

        simulation.Advance(_interval);
        // Asked to end, not killed.
        Assert.Equal([(Signal.Term, SignalTarget.Main), (Signal.Cont, SignalTarget.Main)], simulation.Kernel.Main("web").Signals);
        Assert.Equal((PublicState.Stopping, Health.Unhealthy), (simulation.State("web"), simulation["web"].Health?.State));

        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        Assert.Equal((PublicState.Backoff, ExitCause.Unhealthy), (simulation.State("web"), simulation.Exits("web")[0].Cause));
        Assert.Null(simulation["web"].Health);
        Assert.Contains("was unhealthy and was ended (code 0)", simulation.StoryOf("web").Last(), StringComparison.Ordinal);
        Assert.Contains("attempt 2 in", simulation.StoryOf("web").Last(), StringComparison.Ordinal);
        Assert.Equal(("SERVICE_RESULT", "unhealthy"), ServiceResult.Variables(simulation.Exits("web")[0]).Select(variable => (variable.Name, variable.Value)).First());
    }

    [Fact]
    public void With_restart_never_it_is_given_up()
    {
        var simulation = Booted(Watched() with { Restart = new() { Policy = RestartPolicy.Never } });
        simulation.Probes.AnswersAtOnce = _ => ProbeAnswer.Failed("Connection refused");
        simulation.Probes.Fails();
        simulation.Advance(_interval * 3);
        Assert.Equal(PublicState.Failed, simulation.State("web"));
    }

    [Fact]
    public void One_pass_forgets_the_failures_and_only_changes_are_told()
    {
        var simulation = Booted(Watched());
        simulation.Probes.Passes();
        foreach (var fails in new[] { true, true, false, true, true, false, false })
        {
            simulation.Advance(_interval);
            (fails ? (Action)(() => simulation.Probes.Fails()) : simulation.Probes.Passes)();
        }

        simulation.Settle();
        Assert.Equal(PublicState.Ready, simulation.State("web"));
        Assert.Equal(
            ["healthy (tcp localhost:80)", "health probe failed, 1 of 3 (tcp localhost:80: Connection refused)", "healthy again after 2 failed probes",
                "health probe failed, 1 of 3 (tcp localhost:80: Connection refused)", "healthy again after 2 failed probes"],
            simulation.StoryOf("web").Where(line => line.Contains("health", StringComparison.Ordinal)));
    }

    [Fact]
    public void In_the_start_period_failures_do_not_count_until_one_has_passed()
    {
        var simulation = Booted(Watched(_health with { StartPeriod = TimeSpan.FromSeconds(100) }));
        simulation.Probes.Fails();
        simulation.Probes.AnswersAtOnce = _ => ProbeAnswer.Failed("Connection refused");
        simulation.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal(new HealthSnapshot(Health.Starting, 0, 3, "Connection refused"), simulation["web"].Health);
        simulation.Advance(TimeSpan.FromSeconds(22));
        Assert.Equal(ExitCause.Unhealthy, simulation.Exits("web")[0].Cause);

        var passed = Booted(Watched(_health with { StartPeriod = TimeSpan.FromSeconds(100) }));
        passed.Probes.Passes();
        passed.Probes.AnswersAtOnce = _ => ProbeAnswer.Failed("Connection refused");
        passed.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(ExitCause.Unhealthy, passed.Exits("web")[0].Cause);
    }

    [Fact]
    public void So_many_passes_in_a_row_make_it_healthy()
    {
        var simulation = Booted(Watched(_health with { Successes = 2 }));
        simulation.Probes.Passes();
        simulation.Advance(_interval);
        Assert.Equal(Health.Starting, simulation["web"].Health?.State);
        simulation.Probes.Passes();
        simulation.Settle();
        Assert.Equal(Health.Healthy, simulation["web"].Health?.State);
    }

    [Fact]
    public void It_is_asked_at_once_and_then_every_interval_from_the_beginning_of_the_one_before()
    {
        var simulation = Booted(Watched());
        Assert.Single(simulation.Probes.Asked);
        simulation.Advance(TimeSpan.FromSeconds(0.5));
        simulation.Probes.Passes();
        simulation.Advance(_interval - TimeSpan.FromSeconds(0.6));
        Assert.Single(simulation.Probes.Asked);
        simulation.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, simulation.Probes.Asked.Count);
    }

    [Fact]
    public void It_begins_when_the_job_is_ready()
    {
        var simulation = Booted(Watched() with { Ready = new ReadyAfter(TimeSpan.FromSeconds(60)) });
        Assert.Empty(simulation.Probes.Asked);
        simulation.Advance(TimeSpan.FromSeconds(60));
        Assert.Single(simulation.Probes.Asked);
    }

    [Fact]
    public void A_probe_that_the_supervisor_could_not_ask_says_nothing_about_the_job()
    {
        var simulation = Booted(Watched());
        simulation.Probes.Passes();
        simulation.Probes.AnswersAtOnce = _ => ProbeAnswer.Unknown("no descriptors left");
        simulation.Advance(_interval * 20);
        Assert.Equal((PublicState.Ready, 0), (simulation.State("web"), simulation["web"].Health?.Failures));
        Assert.Single(simulation.StoryOf("web"), line => line.Contains("its health cannot be asked", StringComparison.Ordinal));
    }

    [Fact]
    public void A_oneshot_that_hangs_is_found_as_well()
    {
        var simulation = Booted(Watched() with { Kind = JobKind.Oneshot, StartTimeout = null });
        simulation.Probes.Fails();
        simulation.Probes.AnswersAtOnce = _ => ProbeAnswer.Failed("Connection refused");
        simulation.Advance(_interval * 2);
        Assert.Equal(ExitCause.Unhealthy, simulation.Exits("web")[0].Cause);
    }
}
