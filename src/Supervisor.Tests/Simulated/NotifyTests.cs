using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class NotifyTests
{
    private static JobSpec Telling(string name) => Job(name) with { Ready = new ReadyWhenNotified(), StartTimeout = TimeSpan.FromSeconds(30) };

    private static Notification Extending(double seconds) => new() { Extend = TimeSpan.FromSeconds(seconds) };

    private static void Tells(Simulation simulation, Notification message)
    {
        simulation.Notifications["web"].Tells(message);
        simulation.Settle();
    }

    [Fact]
    public void It_is_ready_when_it_says_so_and_its_dependents_wait_for_that()
    {
        var simulation = new Simulation(Telling("web"), Job("app") with { DependsOn = [new("web", DependencyCondition.Ready)] }).Boot();
        Assert.Equal((PublicState.Running, PublicState.Waiting), (simulation.State("web"), simulation.State("app")));
        Assert.Contains(simulation.Kernel.Main("web").Request.SupervisorVariables, variable => variable is { Name: "NOTIFY_SOCKET", Value: "/run/test/notify/web" });
        Assert.DoesNotContain(simulation.Kernel.Children, child => child.Request.Owner.Job == "app");

        Tells(simulation, new() { Status = "loading 40%" });
        Assert.Equal("loading 40%", simulation["web"].StatusText);
        Tells(simulation, new() { Ready = true });
        Assert.Equal((PublicState.Ready, PublicState.Ready, 2), (simulation.State("web"), simulation.State("app"), simulation.Notifications["web"].Taken));
        Assert.DoesNotContain(simulation.Kernel.Main("app").Request.SupervisorVariables, variable => variable.Name == "NOTIFY_SOCKET");
    }

    [Fact]
    public void Who_never_says_so_is_ended()
    {
        var simulation = new Simulation(Telling("web")).Boot();
        simulation.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(ExitCause.StartTimeout, simulation.Exits("web")[0].Cause);
    }

    [Fact]
    public void What_was_told_of_a_run_that_is_over_is_dropped_and_counted()
    {
        var simulation = new Simulation(Telling("web")).Boot();
        var run = simulation.Notifications["web"].Run!.Value;
        simulation.Kernel.Exits("web", 1);
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, PublicState.Running), (simulation["web"].Attempt, simulation.State("web")));

        simulation.Engine.Post(new Notified(run, new() { Ready = true }, () => { }));
        simulation.Settle();
        Assert.Equal((PublicState.Running, 1), (simulation.State("web"), simulation.Engine.Snapshot.LateFacts));
    }

    [Fact]
    public void Last_words_are_taken_before_the_end_is_told()
    {
        var simulation = new Simulation(Telling("web")) { Notifications = { EndsAtOnce = false } }.Boot();
        var socket = simulation.Notifications["web"];
        var run = socket.Run!.Value;
        simulation.Kernel.Exits("web", 1);
        simulation.Settle();
        Assert.Empty(simulation.Exits("web"));
        simulation.Engine.Post(new Notified(run, new() { Status = "cannot bind", Errno = 98 }, () => { }));
        simulation.Notifications.Ended();
        simulation.Settle();

        Assert.Equal("cannot bind, errno 98", simulation.Exits("web")[0].LastWords);
        Assert.Contains("(it told last: cannot bind, errno 98)", simulation.StoryOf("web").Last(), StringComparison.Ordinal);
    }

    // The original limit stands until it is over; from then on each message must come within the time that the one before has asked for.
    [Fact]
    public void More_time_for_the_start_is_given_as_systemd_gives_it()
    {
        var simulation = new Simulation(Telling("web")).Boot();
        Tells(simulation, Extending(5));
        simulation.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(PublicState.Running, simulation.State("web"));
        for (var i = 0; i < 5; i++)
        {
            Tells(simulation, Extending(5));
            simulation.Advance(TimeSpan.FromSeconds(4.9));
            Assert.Equal(PublicState.Running, simulation.State("web"));
        }

        Tells(simulation, Extending(5));
        simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ExitCause.StartTimeout, simulation.Exits("web")[0].Cause);
    }

    [Fact]
    public void More_time_is_given_to_a_run_and_to_a_stop_and_the_first_message_must_come_before_the_limit()
    {
        var simulation = new Simulation(Telling("web") with { RuntimeLimit = TimeSpan.FromSeconds(60) });
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        Tells(simulation, new() { Ready = true });
        simulation.Advance(TimeSpan.FromSeconds(59));
        Tells(simulation, Extending(20));
        simulation.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(PublicState.Ready, simulation.State("web"));
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PublicState.Stopping, simulation.State("web"));

        simulation.Advance(TimeSpan.FromSeconds(9));
        Tells(simulation, Extending(30));
        simulation.Advance(TimeSpan.FromSeconds(29));
        Assert.DoesNotContain(simulation.Kernel.Main("web").Signals, sent => sent.Signal == Signal.Kill);
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ExitCause.RuntimeLimit, simulation.Exits("web")[0].Cause);
    }

    [Fact]
    public void A_reload_that_it_tells_of_is_shown_until_it_is_ready_again()
    {
        var simulation = new Simulation(Telling("web")).Boot();
        Tells(simulation, new() { Ready = true });
        Tells(simulation, new() { Reloading = true, MonotonicMicroseconds = 5 });
        Assert.Equal(PublicState.Reloading, simulation.State("web"));
        Tells(simulation, new() { Ready = true });
        Assert.Equal(PublicState.Ready, simulation.State("web"));
    }

    [Fact]
    public async Task A_reload_that_is_to_be_confirmed_is_done_when_it_is()
    {
        var simulation = new Simulation(Telling("web") with { Reload = new(Signal.Hup, null, TimeSpan.FromSeconds(20)) });
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        Tells(simulation, new() { Ready = true });
        simulation.Advance(TimeSpan.FromSeconds(10));
        var began = (long)simulation.Clock.Now.Monotonic.TotalMicroseconds;
        var done = simulation.Submit(new ReloadJobs(["web"]));
        Assert.Contains((Signal.Hup, SignalTarget.Main), simulation.Kernel.Main("web").Signals);

        // That was an earlier one of its own.
        Tells(simulation, new() { Reloading = true, MonotonicMicroseconds = MonotonicOf(simulation, began - 1_000_000) });
        Tells(simulation, new() { Ready = true });
        Assert.False(done.IsCompleted);
        Tells(simulation, new() { Reloading = true, MonotonicMicroseconds = MonotonicOf(simulation, began + 1) });
        Tells(simulation, new() { Ready = true });
        Assert.True((await done).Instances[0].Ok);

        var late = simulation.Submit(new ReloadJobs(["web"]));
        simulation.Advance(TimeSpan.FromSeconds(20));
        Assert.Contains("has not confirmed its reload within 20 s", (await late).Instances[0].Message, StringComparison.Ordinal);
        Assert.Equal(PublicState.Ready, simulation.State("web"));
    }

    [Fact]
    public void One_that_ends_by_itself_has_the_time_of_its_stop_and_is_then_helped()
    {
        var simulation = new Simulation(Telling("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        Tells(simulation, new() { Ready = true });
        Tells(simulation, new() { Stopping = true });
        Assert.Equal((PublicState.Stopping, "SIGTERM"), (simulation.State("web"), simulation["web"].Next?.Action));
        Assert.Empty(simulation.Kernel.Main("web").Signals);

        simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((Signal.Term, SignalTarget.Main), simulation.Kernel.Main("web").Signals[0]);
        simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((ExitCause.StopTimeout, PublicState.Backoff), (simulation.Exits("web")[0].Cause, simulation.State("web")));
    }

    [Fact]
    public void One_that_ends_by_itself_in_time_is_left_to_its_policy()
    {
        var simulation = new Simulation(Telling("web")).Boot();
        Tells(simulation, new() { Ready = true });
        Tells(simulation, new() { Stopping = true });
        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        Assert.Equal((ExitCause.Exited, PublicState.Completed), (simulation.Exits("web")[0].Cause, simulation.State("web")));
    }

    [Fact]
    public void Its_watchdog_is_fed_by_messages_without_a_board()
    {
        var simulation = new Simulation(Telling("web") with { Watchdog = TimeSpan.FromSeconds(30), Board = false }).Boot();
        Assert.Contains(simulation.Kernel.Main("web").Request.SupervisorVariables, variable => variable is { Name: "WATCHDOG_USEC", Value: "30000000" });
        Tells(simulation, new() { Ready = true });
        for (var i = 0; i < 10; i++)
        {
            simulation.Notifications["web"].Beats++;
            simulation.Advance(TimeSpan.FromSeconds(29.9));
        }

        Assert.Equal(PublicState.Ready, simulation.State("web"));
        simulation.Advance(TimeSpan.FromSeconds(45));
        Assert.Contains((Signal.Abrt, SignalTarget.Main), simulation.Kernel.Children[0].Signals);
    }

    [Fact]
    public void It_may_change_the_time_of_its_watchdog_and_switch_it_on_and_off()
    {
        var simulation = new Simulation(Telling("web") with { Notify = true }).Boot();
        Tells(simulation, new() { Ready = true });
        Assert.Null(simulation.NextDeadline);
        Tells(simulation, new() { WatchdogTime = TimeSpan.FromSeconds(4) });
        Assert.NotNull(simulation.NextDeadline);
        Tells(simulation, new() { WatchdogTime = TimeSpan.Zero });
        Assert.Null(simulation.NextDeadline);
        Tells(simulation, new() { WatchdogTime = TimeSpan.FromSeconds(4) });
        simulation.Advance(TimeSpan.FromSeconds(6));
        Assert.Contains((Signal.Abrt, SignalTarget.Main), simulation.Kernel.Main("web").Signals);
    }

    [Fact]
    public void A_process_that_has_found_itself_broken_is_ended_as_by_its_watchdog()
    {
        var simulation = new Simulation(Telling("web"));
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Boot();
        Tells(simulation, new() { Ready = true });
        Tells(simulation, new() { Trigger = true });
        Assert.Equal((Signal.Abrt, SignalTarget.Main), simulation.Kernel.Main("web").Signals[0]);
        simulation.Advance(Watchdog.Patience);
        Assert.Equal(ExitCause.Watchdog, simulation.Exits("web")[0].Cause);
    }

    [Fact]
    public void Another_process_may_become_the_main_one_and_its_end_is_the_end()
    {
        var simulation = new Simulation(Telling("web")).Boot();
        var first = simulation.Kernel.Main("web");
        first.Members.Add(77);
        Tells(simulation, new() { MainPid = 78 });
        Assert.Equal(first.Pid, simulation["web"].Pid);
        Assert.Contains($"MAINPID=78: that process does not belong to the job; the main process is still {first.Pid}", simulation.StoryOf("web"));

        Tells(simulation, new() { MainPid = 77, Ready = true });
        Assert.Equal((77, PublicState.Ready), (simulation["web"].Pid, simulation.State("web")));
        Assert.Same(simulation.Kernel.Main("web"), simulation.Notifications["web"].Main);
        simulation.Kernel.Exits("web", 3);
        simulation.Settle();
        Assert.Equal((77, 3), (simulation.Exits("web")[0].Pid, simulation.Exits("web")[0].Status?.Code));
        Assert.True(first.Disposed);
    }

    [Fact]
    public void What_it_has_left_with_us_lives_over_a_restart_and_not_over_a_stop()
    {
        var simulation = new Simulation(Telling("web") with { FileDescriptorStore = 4 }).Boot();
        Assert.Contains(simulation.Kernel.Main("web").Request.SupervisorVariables, variable => variable is { Name: "FDSTORE", Value: "4" });
        simulation.Notifications["web"].Stored = [new(40, "one")];
        simulation.Kernel.Exits("web", 1);
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, simulation["web"].Attempt);
        Assert.Single(simulation.Notifications["web"].Stored);

        _ = simulation.Submit(new RestartJobs(["web"], OnlyRunning: false, Wait: false));
        Assert.Single(simulation.Notifications["web"].Stored);
        _ = simulation.Stop("web");
        Assert.Empty(simulation.Notifications["web"].Stored);
    }

    [Fact]
    public void A_job_in_a_chroot_has_an_address_that_it_can_reach() =>
        Assert.True(new Simulation(Telling("web") with { Process = new() { Command = ["main"], Chroot = "/srv" } }).Boot().Notifications["web"].InChroot);

    [Fact]
    public void A_barrier_is_passed_when_what_came_before_it_has_been_dealt_with()
    {
        var simulation = new Simulation(Telling("web")).Boot();
        using var barrier = new Barrier(() => simulation.Engine.Snapshot);
        simulation.Notifications["web"].Tells(new() { Status = "before" });
        simulation.Engine.Post(new BarrierReached(barrier));
        Assert.Equal(0, barrier.Passed);
        simulation.Settle();
        Assert.Equal(1, barrier.Passed);
    }

    // The fake clock's monotonic time begins at its own zero, the engine's at its start.
    private static long MonotonicOf(Simulation simulation, long engineMicroseconds) =>
        (long)(simulation.Time.GetTimestamp() / (simulation.Time.TimestampFrequency / 1e6)) - (long)simulation.Clock.Now.Monotonic.TotalMicroseconds + engineMicroseconds;

    private sealed class Barrier(Func<SupervisorSnapshot> snapshot) : IDisposable
    {
        public int Passed { get; private set; }

        public void Dispose() => Passed += snapshot() is null ? 0 : 1;
    }
}
