using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.SimulatedHooks;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

/// <summary>A supervisor that is killed, and the next one that finds the journal.</summary>
public class LostSupervisorTests
{
    private static Simulation Next(FakeJournal journal, params JobSpec[] specs) => new(Spec(TimeSpan.FromSeconds(90), specs), journal: journal);

    [Fact]
    public void The_next_start_runs_what_is_owed_before_the_job_starts_again()
    {
        var before = new Simulation(WithHooks(Hook("first"), Hook("second", HookCondition.Failure), Hook("success", HookCondition.Success))).Boot();

        // The configuration has other hooks by now; what is owed is what was.
        var next = Next(before.Journal, WithHooks(Hook("new")));
        next.Journal.LostEndAtOnce = false;
        next.Boot();
        Assert.Equal((PublicState.Cleaning, 1), (next.State("web"), next["web"].Attempt));
        Assert.Empty(next.Kernel.Children);
        next.Journal.LostEnd();
        next.Settle();

        var hook = next.Kernel.Living.Single().Request;
        Assert.Contains(new("SERVICE_RESULT", "supervisor-lost"), hook.SupervisorVariables);
        Assert.Contains(new("MAINPID", $"{before.Kernel.Main("web").Pid}"), hook.SupervisorVariables);
        EndHook(next);
        EndHook(next);
        Assert.Equal(["second", "first"], Hooks(next));
        Assert.Equal((PublicState.Ready, 2, ExitCause.Lost), (next.State("web"), next["web"].Attempt, next.Exits("web")[0].Cause));
        Assert.Equal("new", Assert.Single(next.Journal.Disk.All.Single().Hooks).Hook.Command[1]);
    }

    [Fact]
    public void A_hook_that_was_started_is_waited_for_and_not_run_again_and_one_that_was_not_is()
    {
        var before = new Simulation(WithHooks(Hook("first"), Hook("second"))).Boot();
        before.Kernel.Exits("web", 1);
        before.Settle();
        var next = Next(before.Journal, WithHooks(Hook("first"), Hook("second"))).Boot();
        Assert.Equal(["first"], Hooks(next));
        Assert.Contains(new("EXIT_STATUS", "1"), next.Kernel.Living.Single().Request.SupervisorVariables);

        before = new Simulation(WithHooks(Hook("first"), Hook("second"))).Boot();
        before.Kernel.OnMark = _ => { };
        before.Kernel.Exits("web", 1);
        before.Settle();
        next = Next(before.Journal, WithHooks(Hook("first"), Hook("second"))).Boot();
        Assert.Equal(["second"], Hooks(next));
    }

    [Fact]
    public void A_job_that_is_gone_from_the_configuration_is_shown_until_its_hooks_have_run()
    {
        var before = new Simulation(WithHooks(Hook("one"))).Boot();

        var next = Next(before.Journal, Job("other")).Boot();
        Assert.Equal(PublicState.Cleaning, next.State("web"));
        Assert.Equal(PublicState.Ready, next.State("other"));
        EndHook(next);

        Assert.Equal(["other"], next.Engine.Snapshot.Instances.Select(instance => instance.Name.ToString()));
        Assert.Equal(0, next.Journal.Disk.Count);
    }

    [Fact]
    public void The_supervisors_own_hooks_come_after_those_of_its_jobs_and_nothing_starts_before()
    {
        var plain = Spec(TimeSpan.FromSeconds(90), WithHooks(Hook("job's")), Job("other"));
        SupervisorSpec spec = new() { File = plain.File, Jobs = plain.Jobs, Daemon = plain.Daemon with { Cleanup = [Hook("own")] } };
        var before = new Simulation(spec).Boot();

        var next = new Simulation(spec, journal: before.Journal).Boot();
        Assert.Equal(["job's"], Hooks(next));
        Assert.False(next.Engine.Booted.IsCompleted);
        EndHook(next);
        Assert.Equal(["job's", "own"], Hooks(next));
        Assert.Equal(PublicState.Stopped, next.State("other"));
        EndHook(next);

        Assert.Equal((PublicState.Ready, PublicState.Ready), (next.State("web"), next.State("other")));
        Assert.True(next.Engine.Booted.IsCompleted);
    }

    [Fact]
    public async Task A_shutdown_meanwhile_waits_for_them()
    {
        var before = new Simulation(WithHooks(Hook("one"))).Boot();
        var next = Next(before.Journal, WithHooks(Hook("one"))).Boot();

        var down = next.Submit(new ShutDown());
        Assert.False(down.IsCompleted);
        EndHook(next);

        await down;
        Assert.Equal(SupervisorState.Stopped, next.Engine.Snapshot.State);
        Assert.Equal(["one"], Hooks(next));
    }

    [Fact]
    public void Killed_at_any_moment_again_and_again_every_hook_is_started_exactly_once()
    {
        var random = new Random(4711);
        var starts = 0;
        for (var run = 0; run < 300; run++)
        {
            var journal = new FakeJournal();
            var checks = new HookChecks(journal);
            var specs = Enumerable.Range(0, 3).Select(index => Job($"job{index}") with
            {
                Cleanup = Enumerable.Range(0, index + 1).Select(hook => Hook($"{hook}", (HookCondition)random.Next(4))).ToSequence(),
                Restart = new() { Jitter = 0, Policy = RestartPolicy.Always },
            }).ToArray();
            for (var life = 0; life < 5; life++)
            {
                var simulation = Next(journal, specs);
                simulation.Kernel.OnStart = checks.CheckStart;
                simulation.Boot();
                for (var step = random.Next(12); step > 0; step--)
                {
                    Step(simulation, random);
                }

                journal.WritesAtOnce = random.Next(2) == 0;
            }

            journal.WritesAtOnce = true;
            var last = Next(journal, specs);
            last.Kernel.OnStart = checks.CheckStart;
            last.Boot();
            _ = last.Submit(new ShutDown());
            while (last.Kernel.Living.FirstOrDefault() is { } living)
            {
                last.Kernel.Exits(living, ExitStatus.Exited(0));
                last.Settle();
            }

            Assert.Equal(0, journal.Disk.Count);
            starts += checks.Count;
        }

        Assert.True(starts > 1000, $"only {starts} hooks");
    }

    private static void Step(Simulation simulation, Random random)
    {
        var living = simulation.Kernel.Living.ToList();
        switch (random.Next(4))
        {
            case 0:
                simulation.Journal.Written();
                break;
            case 1:
                simulation.Advance(TimeSpan.FromMilliseconds(random.Next(300)));
                break;
            case var _ when living.Count > 0:
                simulation.Kernel.Exits(living[random.Next(living.Count)], random.Next(3) switch
                {
                    0 => ExitStatus.Exited(0),
                    1 => ExitStatus.Exited(1),
                    _ => ExitStatus.Signaled(new(11)),
                });
                break;
        }

        simulation.Settle();
    }
}
