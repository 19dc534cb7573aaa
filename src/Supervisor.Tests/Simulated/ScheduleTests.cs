using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>Jobs that run by a schedule.</summary>
public class ScheduleTests
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    [Fact]
    public void It_runs_at_its_time_and_never_at_the_start()
    {
        var simulation = new Simulation(Hourly()).Boot();

        Assert.Equal(PublicState.Scheduled, simulation.State("job"));
        Assert.Empty(simulation.Kernel.Children);
        Assert.Equal(_hour, simulation["job"].Next!.At!.Value.Monotonic);

        simulation.Advance(_hour);
        Assert.Equal(PublicState.Running, simulation.State("job"));
        simulation.Kernel.Exits("job", 0);
        simulation.Settle();
        Assert.Equal(PublicState.Scheduled, simulation.State("job"));

        simulation.Advance(_hour);
        Assert.Equal(2, simulation.Kernel.Children.Count);
    }

    [Fact]
    public void A_run_that_fails_is_told_has_its_hooks_and_waits_for_the_next_one()
    {
        var simulation = new Simulation(Hourly() with { OnFailure = [new(["page"], TimeSpan.FromSeconds(5))] }).Boot();
        simulation.Advance(_hour);

        simulation.Kernel.Exits("job", 3);
        simulation.Settle();
        simulation.Kernel.Exits(simulation.Kernel.Children[^1], ExitStatus.Exited(0));
        simulation.Settle();

        Assert.Equal(PublicState.Scheduled, simulation.State("job"));
        Assert.Contains(simulation.StoryOf("job"), text => text.Contains("exited with code 3") && text.EndsWith("next run in 1h 00m", StringComparison.Ordinal));
        Assert.Equal(["page"], simulation.Kernel.Children[^1].Request.Process.Command);
        simulation.Advance(_hour);
        Assert.Equal(PublicState.Running, simulation.State("job"));
    }

    [Fact]
    public void With_a_restart_policy_the_retries_belong_to_the_run()
    {
        var simulation = new Simulation(Hourly() with { Restart = new() { Jitter = 0, Limit = 1 } }).Boot();
        simulation.Advance(_hour);

        simulation.Kernel.Exits("job", 3);
        simulation.Settle();
        Assert.Equal(PublicState.Backoff, simulation.State("job"));
        simulation.Advance(TimeSpan.FromSeconds(1));
        simulation.Kernel.Exits("job", 3);
        simulation.Settle();
        Assert.Equal(PublicState.Scheduled, simulation.State("job"));

        // The next run has its restarts anew.
        simulation.Advance(_hour);
        simulation.Kernel.Exits("job", 3);
        simulation.Settle();
        Assert.Equal(PublicState.Backoff, simulation.State("job"));
    }

    [Fact]
    public void A_run_that_is_due_while_one_goes_on_is_left_out_and_counted()
    {
        var simulation = new Simulation(Hourly()).Boot();

        simulation.Advance(3 * _hour);

        Assert.Single(simulation.Kernel.Children);
        Assert.Equal(2, simulation["job"].Schedule!.Skipped);
        Assert.Contains(simulation.StoryOf("job"), text => text.Contains("left out") && text.Contains("overlap: skip"));
    }

    [Fact]
    public void With_queue_one_run_follows_and_no_more_than_one()
    {
        var simulation = new Simulation(Hourly(Overlap.Queue)).Boot();

        simulation.Advance(3 * _hour);
        Assert.True(simulation["job"].Schedule!.IsQueued);
        Assert.Equal(1, simulation["job"].Schedule!.Skipped);
        simulation.Kernel.Exits("job", 0);
        simulation.Settle();

        Assert.Equal((2, PublicState.Running), (simulation.Kernel.Children.Count, simulation.State("job")));
        simulation.Kernel.Exits("job", 0);
        simulation.Settle();
        Assert.Equal((2, PublicState.Scheduled), (simulation.Kernel.Children.Count, simulation.State("job")));
    }

    [Fact]
    public void With_replace_the_old_run_is_stopped_first()
    {
        var simulation = new Simulation(Hourly(Overlap.Replace)).Boot();
        simulation.Advance(_hour);
        var old = simulation.Kernel.Main("job");
        old.IgnoresSignals = true;

        simulation.Advance(_hour);
        Assert.Equal((PublicState.Stopping, 1), (simulation.State("job"), simulation.Kernel.Children.Count));
        simulation.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal((PublicState.Running, 2), (simulation.State("job"), simulation.Kernel.Children.Count));
        Assert.True(old.Disposed);
    }

    [Fact]
    public void Replace_reaches_a_run_that_backs_off_or_waits()
    {
        var simulation = new Simulation(Hourly(Overlap.Replace) with { Restart = new() { Jitter = 0, Delay = 3 * _hour, MaxDelay = 3 * _hour } }).Boot();
        simulation.Advance(_hour);
        simulation.Kernel.Exits("job", 1);
        simulation.Settle();

        simulation.Advance(_hour);

        Assert.Equal((PublicState.Running, 2), (simulation.State("job"), simulation.Kernel.Children.Count));
    }

    [Fact]
    public void A_run_that_hangs_is_ended_by_its_runtime_limit()
    {
        var simulation = new Simulation(Hourly() with { RuntimeLimit = TimeSpan.FromMinutes(5) }).Boot();

        simulation.Advance(_hour + TimeSpan.FromMinutes(6));

        Assert.Equal(PublicState.Scheduled, simulation.State("job"));
        Assert.Equal(ExitCause.RuntimeLimit, simulation.Exits("job")[0].Cause);
    }

    [Fact]
    public async Task Run_now_runs_it_beside_its_schedule_and_answers_at_the_end()
    {
        var simulation = new Simulation(Hourly(), Simulation.Job("web")).Boot();
        simulation.Advance(TimeSpan.FromMinutes(10));

        var now = simulation.Submit(new RunJobsNow(["job"]));
        Assert.Equal((PublicState.Running, false), (simulation.State("job"), now.IsCompleted));
        var again = await simulation.Submit(new RunJobsNow(["job"]));
        Assert.Contains("a run of it goes on", again.Instances[0].Message);
        simulation.Kernel.Exits("job", 4);
        simulation.Settle();

        var result = Assert.Single((await now).Instances);
        Assert.Equal((false, "exited with code 4", "next run in 50m"), (result.Ok, result.Message, result.Next));
        Assert.Equal(_hour, simulation["job"].Next!.At!.Value.Monotonic);
        Assert.Contains("has no `schedule:`", (await simulation.Submit(new RunJobsNow(["web"]))).Instances[0].Message);
    }

    [Fact]
    public async Task A_stop_switches_the_schedule_off_until_a_start_and_run_now_leaves_it_off()
    {
        var simulation = new Simulation(Hourly()).Boot();
        await simulation.Stop("job");
        simulation.Advance(5 * _hour);
        Assert.Equal((PublicState.Stopped, 0), (simulation.State("job"), simulation.Kernel.Children.Count));

        var once = simulation.Submit(new RunJobsNow(["job"]));
        simulation.Kernel.Exits("job", 0);
        simulation.Settle();
        Assert.True((await once).Instances[0].Ok);
        simulation.Advance(5 * _hour);
        Assert.Equal((PublicState.Completed, 1), (simulation.State("job"), simulation.Kernel.Children.Count));

        var started = await simulation.Start("job");
        var next = (simulation.Clock.Now.Wall + _hour).ToLocalTime();
        Assert.Equal($"scheduled, next run at {InWords.Of(next)}", started.Instances[0].Message);
        simulation.Advance(_hour / 2);
        Assert.Equal($"scheduled, next run at {InWords.Of(next)}", (await simulation.Start("job")).Instances[0].Message);
        simulation.Advance(_hour);
        Assert.Equal(2, simulation.Kernel.Children.Count);
    }

    [Fact]
    public void Dependencies_are_waited_for_when_a_run_is_due_not_before()
    {
        var simulation = new Simulation(
            Simulation.Job("db") with { Start = StartMode.Manual }, Hourly() with { DependsOn = [new("db", DependencyCondition.Ready)] }).Boot();
        Assert.Equal(PublicState.Stopped, simulation.State("db"));

        simulation.Advance(_hour);

        Assert.Equal((PublicState.Ready, PublicState.Running), (simulation.State("db"), simulation.State("job")));
    }

    [Fact]
    public async Task A_run_that_is_due_does_not_start_what_somebody_has_stopped()
    {
        var simulation = new Simulation(Simulation.Job("db"), Hourly() with { DependsOn = [new("db", DependencyCondition.Ready)] }).Boot();
        await simulation.Stop("db");

        simulation.Advance(_hour);
        Assert.Equal((PublicState.Stopped, PublicState.Waiting), (simulation.State("db"), simulation.State("job")));
        Assert.Contains("waits for db to be ready, which is stopped and does not come by itself", simulation["job"].StatusText);
        await simulation.Start("db");

        Assert.Equal(PublicState.Running, simulation.State("job"));
    }

    [Fact]
    public void Who_depends_on_a_scheduled_job_waits_for_its_first_success()
    {
        var simulation = new Simulation(Hourly(), Simulation.Job("web") with { DependsOn = [new("job", DependencyCondition.Succeeded)] }).Boot();
        Assert.Equal(PublicState.Waiting, simulation.State("web"));
        simulation.Advance(_hour);
        simulation.Kernel.Exits("job", 1);
        simulation.Settle();
        Assert.Equal(PublicState.Waiting, simulation.State("web"));

        simulation.Advance(_hour);
        simulation.Kernel.Exits("job", 0);
        simulation.Settle();

        Assert.Equal(PublicState.Ready, simulation.State("web"));
        simulation.Advance(_hour);
        Assert.Equal(PublicState.Ready, simulation.State("web"));
    }

    [Fact]
    public void At_start_it_runs_at_once_as_well()
    {
        var job = Hourly();
        var simulation = new Simulation(job with { Schedule = job.Schedule! with { AtStart = true } }).Boot();

        Assert.Equal(PublicState.Running, simulation.State("job"));
        simulation.Kernel.Exits("job", 0);
        simulation.Advance(_hour);

        Assert.Equal(2, simulation.Kernel.Children.Count);
    }

    [Fact]
    public void A_clock_that_is_set_moves_a_calendar_to_its_time()
    {
        var job = Hourly();
        var simulation = new Simulation(job with { Schedule = new() { Cron = "0 12 * * *", TimeZone = "UTC" } }).Boot();
        Assert.Equal(12 * _hour, simulation["job"].Next!.At!.Value.Monotonic);

        simulation.Time.SetWallClock(simulation.Time.GetUtcNow() + (2 * _hour));
        simulation.Engine.Post(new ClockWasSet());
        simulation.Settle();

        Assert.Equal(10 * _hour, simulation["job"].Next!.At!.Value.Monotonic);
        simulation.Advance(10 * _hour);
        Assert.Equal(PublicState.Running, simulation.State("job"));
    }

    [Fact]
    public async Task An_apply_changes_the_time_without_touching_the_run_that_goes_on()
    {
        var simulation = new Simulation(Hourly()).Boot();
        simulation.Advance(_hour);
        var job = Hourly();

        var applied = await simulation.Submit(new ApplySpec(Simulation.Spec(_hour, job with { Schedule = job.Schedule! with { Every = 4 * _hour } })));

        Assert.Contains("job: schedule changed (takes effect without a restart)", applied.Plan);
        Assert.Equal(PublicState.Running, simulation.State("job"));
        Assert.Equal(5 * _hour, simulation["job"].Schedule!.NextRun!.Value.Monotonic);
    }

    [Fact]
    public async Task A_schedule_that_comes_or_goes_makes_another_job_of_it()
    {
        var simulation = new Simulation(Hourly()).Boot();

        _ = simulation.Submit(new ApplySpec(Simulation.Spec(_hour, Hourly() with { Schedule = null })));
        Assert.Equal(PublicState.Running, simulation.State("job"));
        simulation.Kernel.Exits("job", 0);
        simulation.Settle();
        Assert.Equal((PublicState.Completed, null), (simulation.State("job"), simulation["job"].Schedule));

        await simulation.Submit(new ApplySpec(Simulation.Spec(_hour, Hourly())));
        Assert.Equal(PublicState.Scheduled, simulation.State("job"));
    }

    [Fact]
    public void A_shutdown_starts_nothing_more()
    {
        var simulation = new Simulation(Hourly()).Boot();

        _ = simulation.Submit(new ShutDown());
        simulation.Advance(5 * _hour);

        Assert.Equal(SupervisorState.Stopped, simulation.Engine.Snapshot.State);
        Assert.Empty(simulation.Kernel.Children);
    }

    [Fact]
    public void What_was_missed_is_made_up_for_and_the_last_run_is_remembered()
    {
        var memory = new Memory();
        var job = Hourly();
        var catching = job with { Schedule = job.Schedule! with { CatchUp = true } };
        var first = new Simulation(Simulation.Spec(_hour, catching), memory).Boot();
        Assert.Empty(first.Kernel.Children);
        first.Advance(_hour);
        Assert.Equal(first.Time.GetUtcNow(), memory.Runs["job"]);

        memory.Runs["job"] -= 5 * _hour;
        var second = new Simulation(Simulation.Spec(_hour, catching), memory);
        second.Time.SetUtcNow(first.Time.GetUtcNow());
        second.Boot().Advance(TimeSpan.Zero);

        Assert.Single(second.Kernel.Children);
        Assert.Contains(second.StoryOf("job"), text => text.Contains("5 runs were missed"));
    }

    private static JobSpec Hourly(Overlap overlap = Overlap.Skip) => Simulation.Job("job") with
    {
        Kind = JobKind.Oneshot,
        StartTimeout = null,
        Restart = new() { Jitter = 0, Policy = RestartPolicy.Never },
        Schedule = new() { Every = _hour, Overlap = overlap },
    };

    private sealed class Memory : IScheduleMemory
    {
        public Dictionary<string, DateTimeOffset> Runs { get; } = [];

        public DateTimeOffset? LastRun(InstanceName name) => Runs.TryGetValue(name.ToString(), out var at) ? at : null;

        public void Ran(InstanceName name, DateTimeOffset nominal) => Runs[name.ToString()] = nominal;
    }
}
