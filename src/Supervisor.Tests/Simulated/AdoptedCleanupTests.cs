using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.SimulatedHooks;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

/// <summary>Cleanup hooks over a crash whose jobs are taken over, and over a live upgrade: the record of the world and the journal are not of the same moment.</summary>
public class AdoptedCleanupTests(ITestOutputHelper output)
{
    private static Simulation Running(params CleanupHook[] hooks) =>
        new Simulation(Job("web") with { Cleanup = hooks.ToSequence(), Restart = new() { Jitter = 0, Policy = RestartPolicy.Always } }).Boot();

    private static Simulation Next(Simulation before, World record, bool afterCrash = true) => new Simulation(before, afterCrash, record, keepsJournal: true).Boot();

    [Fact]
    public void A_hook_whose_registration_is_younger_than_the_record_runs_at_the_end_of_the_job_that_runs_on()
    {
        var before = Running();
        var record = before.Look();
        _ = before.Submit(new RegisterHook(["web"], null, Hook("registered")));

        var next = Next(before, record);
        Assert.Equal(PublicState.Ready, next.State("web"));
        next.Kernel.Exits("web", 3);
        next.Settle();

        Assert.Equal(["registered"], Hooks(next));
    }

    [Fact]
    public void Hooks_that_have_run_since_the_record_was_written_do_not_run_again_and_the_counts_go_on()
    {
        var before = Running(Hook("first"), Hook("second"));
        before.Kernel.Exits("web", 3);
        before.Settle();
        var record = before.Look();
        EndHook(before);

        var next = Next(before, record);
        Assert.Empty(Hooks(next));
        Assert.Equal((PublicState.Backoff, 1), (next.State("web"), next["web"].Attempt));
        Assert.Equal(3, Assert.Single(next.Exits("web")).Status?.Code);
        Assert.Equal(0, next.Journal.Disk.Count);
    }

    [Fact]
    public void An_end_that_only_the_journal_knows_is_told_and_its_hooks_that_are_left_run()
    {
        var before = Running(Hook("first"), Hook("second"));
        var record = before.Look();
        before.Kernel.OnMark = _ => { };
        before.Kernel.Exits("web", 3);
        before.Settle();

        var next = Next(before, record);
        Assert.Equal(["second"], Hooks(next));
        EndHook(next);
        EndHook(next);
        Assert.Equal(["second", "first"], Hooks(next));
        Assert.Equal(3, Assert.Single(next.Exits("web")).Status?.Code);
    }

    [Fact]
    public void A_start_of_a_hook_that_an_upgrade_has_overtaken_is_made_once_with_a_mark()
    {
        var before = Running(Hook("one"));
        before.Kernel.ReportsAtOnce = false;
        before.Kernel.Exits("web", 3);
        before.Settle();

        var next = Next(before, before.Look(), afterCrash: false);
        Assert.Equal(["one"], Hooks(next));
        Assert.NotEqual(StartMark.None, next.Kernel.Living.Single().Request.Mark);
        EndHook(next);
        Assert.Equal(PublicState.Backoff, next.State("web"));
    }

    [Fact]
    public void Killed_and_taken_over_again_and_again_with_an_older_record_every_hook_is_started_exactly_once()
    {
        var starts = 0;
        for (var run = 0; run < 100; run++)
        {
            var random = new Random(run);
            var first = new Simulation([.. Enumerable.Range(0, 3).Select(index => Job($"job{index}") with
            {
                Cleanup = Enumerable.Range(0, index).Select(hook => Hook($"{hook}", (HookCondition)random.Next(4))).ToSequence(),
                Restart = new() { Jitter = 0, Policy = RestartPolicy.Always },
            })]);
            var checks = new HookChecks(first.Journal);
            first.Kernel.OnStart = checks.CheckStart;
            var now = first.Boot();
            for (var life = 0; life < 6; life++)
            {
                var record = now.Look();
                var lag = random.Next(3);
                for (var step = random.Next(10) + lag; step > 0; step--)
                {
                    record = step > lag ? now.Look() : record;
                    Step(now, random, run * 100 + life * 10 + step);
                }

                var isCrash = random.Next(3) > 0;
                now.Journal.WritesAtOnce = true;
                if (!isCrash)
                {
                    now.Journal.Written();
                    now.Settle();
                    record = now.Look();
                }

                now = new Simulation(now, isCrash, record, keepsJournal: true);
                now.Kernel.OnStart = checks.CheckStart;
                now.Boot();
            }

            _ = now.Submit(new ShutDown());
            while (now.Kernel.Living.FirstOrDefault() is { } living)
            {
                now.Kernel.Exits(living, ExitStatus.Exited(0));
                now.Settle();
            }

            Assert.True(now.Engine.Snapshot.State is SupervisorState.Stopped, $"run {run}: {string.Join(", ", now.Engine.Snapshot.Instances.Select(instance => $"{instance.Name} {instance.State}"))}\n{string.Join('\n', now.Told.Select(told => $"{told.Who}: {told.Line.Text}"))}");
            Assert.Equal(0, now.Journal.Disk.Count);
            checks.CheckEndOnDisk();
            starts += checks.Count;
        }

        output.WriteLine($"{starts} hooks");
        Assert.True(starts > 300, $"only {starts} hooks");
    }

    private static void Step(Simulation simulation, Random random, int number)
    {
        var living = simulation.Kernel.Living.ToList();
        switch (random.Next(5))
        {
            case 0:
                simulation.Journal.WritesAtOnce = random.Next(3) > 0;
                simulation.Journal.Written();
                break;
            case 1:
                simulation.Advance(TimeSpan.FromMilliseconds(random.Next(300)));
                break;
            case 2:
                _ = simulation.Submit(new RegisterHook([$"job{random.Next(3)}"], null, Hook($"registered {number}", (HookCondition)random.Next(4))));
                break;
            case var _ when living.Count > 0:
                simulation.Kernel.Exits(living[random.Next(living.Count)], ExitStatus.Exited(random.Next(2)));
                break;
        }

        simulation.Settle();
    }
}
