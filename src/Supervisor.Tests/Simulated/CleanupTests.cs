using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;
using static Supervisor.Tests.Simulated.SimulatedHooks;
using static Supervisor.Tests.Simulated.Simulation;

namespace Supervisor.Tests.Simulated;

public class CleanupTests
{
    private static string? Variable(FakeChild child, string name) => child.Request.SupervisorVariables.FirstOrDefault(variable => variable.Name == name).Value;

    [Fact]
    public void Hooks_run_newest_first_one_at_a_time_and_the_restart_waits_for_them()
    {
        var simulation = new Simulation(WithHooks(Hook("first"), Hook("second"))).Boot();

        simulation.Kernel.Exits("web", 3);
        simulation.Settle();

        Assert.Equal(["second"], Hooks(simulation));
        Assert.Equal(PublicState.Cleaning, simulation.State("web"));
        Assert.Equal(3, simulation.Exits("web")[0].Status?.Code);
        simulation.Advance(TimeSpan.FromSeconds(1));
        EndHook(simulation);
        Assert.Equal(["second", "first"], Hooks(simulation));
        EndHook(simulation);
        Assert.Equal(PublicState.Backoff, simulation.State("web"));
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((PublicState.Ready, 2), (simulation.State("web"), simulation["web"].Attempt));
    }

    [Fact]
    public void They_learn_how_it_ended()
    {
        var simulation = new Simulation(WithHooks(Hook("one"))).Boot();
        var main = simulation.Kernel.Main("web");

        simulation.Kernel.Dies("web", new(11), core: true);
        simulation.Settle();

        var hook = RunningHook(simulation);
        Assert.Equal(("core-dump", "dumped", "SEGV"), (Variable(hook, "SERVICE_RESULT"), Variable(hook, "EXIT_CODE"), Variable(hook, "EXIT_STATUS")));
        Assert.Equal(("web", "1", $"{main.Pid}"), (Variable(hook, "SUPERVISOR_JOB"), Variable(hook, "SUPERVISOR_ATTEMPT"), Variable(hook, "MAINPID")));
        Assert.Equal(main.Request.InvocationId, hook.Request.InvocationId);
    }

    [Theory]
    [InlineData(0, "success", "always")]
    [InlineData(1, "failure", "always")]
    [InlineData(-11, "signal", "failure", "always")]
    [InlineData(-15, "signal", "success", "always")]
    public void Conditions_choose(int end, params string[] expected)
    {
        var simulation = new Simulation(WithHooks(
            Hook("always"), Hook("success", HookCondition.Success), Hook("failure", HookCondition.Failure), Hook("signal", HookCondition.Signal))).Boot();

        simulation.Kernel.Exits(simulation.Kernel.Main("web"), end >= 0 ? ExitStatus.Exited(end) : ExitStatus.Signaled(new(-end)));
        simulation.Settle();
        while (simulation.State("web") is PublicState.Cleaning)
        {
            EndHook(simulation);
        }

        Assert.Equal(expected, Hooks(simulation));
    }

    [Fact]
    public void A_failed_start_and_a_failed_before_start_are_ends_as_well()
    {
        var simulation = new Simulation(WithHooks(Hook("one")) with { BeforeStart = [new(["step"], HookLimit)] }).Boot();
        simulation.Kernel.Exits(simulation.Kernel.Living.Single(), ExitStatus.Exited(1));
        simulation.Settle();
        Assert.Equal("resources", Variable(RunningHook(simulation), "SERVICE_RESULT"));
        Assert.Null(Variable(RunningHook(simulation), "EXIT_CODE"));

        var second = new Simulation(WithHooks(Hook("one")));
        second.Kernel.Fails = request => request.Process.Command[0] == "main" ? new(ExecStep.ChangeDirectory, 2, "No such file or directory", "/srv") : null;
        second.Boot();
        Assert.Equal(["one"], Hooks(second));
    }

    [Fact]
    public async Task A_stop_during_them_waits_and_what_ignores_its_limit_is_killed()
    {
        var simulation = new Simulation(WithHooks(Hook("first"), Hook("second"))).Boot();
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Kernel.Exits("web", 1);
        simulation.Settle();

        var stop = simulation.Stop("web");
        simulation.Advance(HookLimit);
        Assert.Equal([Signal.Term, Signal.Cont], RunningHook(simulation).Signals.Select(sent => sent.Signal));
        simulation.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["second", "first"], Hooks(simulation));
        Assert.Contains("cleanup: hook second ran longer than its timeout of 5.0 s; hook first is next", simulation.StoryOf("web"));
        Assert.False(stop.IsCompleted);
        EndHook(simulation);
        Assert.Equal(OperationOutcome.Done, (await stop).Outcome);
        Assert.Equal(PublicState.Stopped, simulation.State("web"));
    }

    [Fact]
    public void A_hook_that_fails_is_told_and_the_next_one_runs()
    {
        var simulation = new Simulation(WithHooks(Hook("first"), Hook("second"))).Boot();
        simulation.Kernel.Exits("web", 0);
        simulation.Settle();

        EndHook(simulation, code: 7);

        Assert.Contains("cleanup: hook second exited with code 7; hook first is next", simulation.StoryOf("web"));
        EndHook(simulation);
        Assert.Equal(PublicState.Completed, simulation.State("web"));
    }

    private static readonly SpawnFailure _noRoom = new(ExecStep.CreateProcess, Errno.EAGAIN, "Resource temporarily unavailable", null);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hook_whose_program_never_ran_is_started_again(bool isKilled)
    {
        var failure = isKilled ? new(ExecStep.Nice, 0, "", "killed during set-up") : _noRoom;
        var simulation = new Simulation(WithHooks(Hook("first"), Hook("second"))).Boot();
        var left = 3;
        simulation.Kernel.Fails = request => request.Process.Command[0] == "hook" && left-- > 0 ? failure : null;

        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        Assert.Empty(Hooks(simulation));
        Assert.Contains($"cleanup: hook second has not been started: {failure}; tried again every second, at most 10 times", simulation.StoryOf("web"));
        simulation.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Empty(Hooks(simulation));
        simulation.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(["second"], Hooks(simulation));
        EndHook(simulation);
        Assert.Equal(["second", "first"], Hooks(simulation));
        EndHook(simulation);
        Assert.Equal(PublicState.Completed, simulation.State("web"));
    }

    [Fact]
    public void What_does_not_pass_is_given_up_after_some_tries_and_the_next_one_runs()
    {
        var simulation = new Simulation(WithHooks(Hook("first"), Hook("second"))).Boot();
        simulation.Kernel.Fails = request => request.Process.Command is ["hook", "second"] ? _noRoom : null;
        simulation.Kernel.Exits("web", 0);

        simulation.Advance(TimeSpan.FromSeconds(10.1));

        Assert.Contains(
            "cleanup: hook second failed to start 11 times: creating the process: Resource temporarily unavailable; hook first is next", simulation.StoryOf("web"));
        Assert.Equal(["first"], Hooks(simulation));
        EndHook(simulation);
        Assert.Equal(PublicState.Completed, simulation.State("web"));
    }

    [Fact]
    public void An_immediate_shutdown_waits_no_longer_than_it_does_for_the_others_for_a_hook_that_cannot_be_started_and_leaves_it_owed()
    {
        var simulation = new Simulation(WithHooks(Hook("first"), Hook("second"))).Boot();
        simulation.Kernel.Fails = request => request.Process.Command[0] == "hook" ? _noRoom : null;
        simulation.Kernel.Exits("web", 0);
        simulation.Settle();

        _ = simulation.Submit(new ShutDown(Immediate: true));
        simulation.Settle();
        Assert.Equal([0, 1], simulation.Journal.Disk.All.Single().Hooks.Select(owed => owed.Number));
        simulation.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(SupervisorState.Stopped, simulation.Engine.Snapshot.State);
        Assert.Contains("cleanup hooks that are still owed run at the next start", simulation.StoryOf("supervisor").Single(text => text.StartsWith("web: not ended", StringComparison.Ordinal)));
        Assert.Empty(Hooks(simulation));
        var next = new Simulation(Spec(TimeSpan.FromSeconds(90), WithHooks()), journal: simulation.Journal).Boot();
        Assert.Equal(["second"], Hooks(next));
    }

    [Theory]
    [InlineData(Errno.EAGAIN)]
    [InlineData(0)]
    public void A_hook_that_noted_itself_but_did_not_come_to_its_program_runs_after_a_crash_in_between(int errno)
    {
        var simulation = new Simulation(WithHooks(Hook("only"))).Boot();
        simulation.Kernel.Fails = request => request.Process.Command[0] == "hook" ? new(ExecStep.Execute, errno, "why", null) : null;

        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        simulation.Advance(TimeSpan.FromSeconds(1.5));

        var next = new Simulation(Spec(TimeSpan.FromSeconds(90), WithHooks()), journal: simulation.Journal).Boot();
        Assert.Equal(["only"], Hooks(next));
    }

    [Fact]
    public void Nothing_of_an_attempt_starts_before_what_it_owes_is_on_disk_and_no_hook_before_its_beginning_is()
    {
        var simulation = new Simulation(WithHooks(Hook("one")), Job("plain"));
        simulation.Journal.WritesAtOnce = false;
        simulation.Boot();

        Assert.Equal(["plain"], simulation.Kernel.Children.Select(child => child.Request.Owner.ToString()));
        Assert.Equal("waits until its cleanup hooks are on disk", simulation["web"].StatusText);
        simulation.Journal.Written();
        simulation.Settle();
        Assert.Equal(PublicState.Ready, simulation.State("web"));

        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        Assert.Empty(Hooks(simulation));
        simulation.Journal.Written();
        simulation.Settle();
        Assert.Equal(["one"], Hooks(simulation));
    }

    [Fact]
    public async Task A_stop_while_the_disk_is_waited_for_is_carried_out_and_the_hooks_run()
    {
        var simulation = new Simulation(WithHooks(Hook("one")));
        simulation.Journal.WritesAtOnce = false;
        simulation.Boot();
        var stop = simulation.Stop("web");
        simulation.Journal.WritesAtOnce = true;
        simulation.Journal.Written();
        simulation.Settle();

        EndHook(simulation);

        Assert.Equal(OperationOutcome.Done, (await stop).Outcome);
        Assert.Equal(["one"], Hooks(simulation));
    }

    [Fact]
    public void A_disk_that_takes_nothing_is_told_once_and_the_jobs_run()
    {
        var simulation = new Simulation(WithHooks(Hook("one")));
        simulation.Journal.Problem = "posix_fallocate: No space left on device";
        simulation.Boot();

        Assert.Equal(PublicState.Ready, simulation.State("web"));
        Assert.Single(simulation.StoryOf("supervisor"), text => text.Contains("is not on disk: posix_fallocate: No space left on device", StringComparison.Ordinal));
        simulation.Journal.Problem = null;
        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        Assert.Equal(["one"], Hooks(simulation));
        Assert.Single(simulation.StoryOf("supervisor"), text => text.Contains("on disk again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hook_registered_while_it_runs_is_the_newest_and_is_answered_when_it_is_on_disk()
    {
        var simulation = new Simulation(WithHooks(Hook("written"))).Boot();
        simulation.Journal.WritesAtOnce = false;

        var answer = simulation.Submit(new RegisterHook([], simulation["web"].InvocationId, Hook("registered")));
        Assert.False(answer.IsCompleted);
        simulation.Journal.WritesAtOnce = true;
        simulation.Journal.Written();
        simulation.Settle();
        Assert.Equal("cleanup hook registered for attempt 1: hook registered", Assert.Single((await answer).Instances).Message);

        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        EndHook(simulation);
        EndHook(simulation);
        Assert.Equal(["registered", "written"], Hooks(simulation));
    }

    [Fact]
    public async Task A_registration_for_an_attempt_that_is_over_is_refused()
    {
        var simulation = new Simulation(Job("web")).Boot();
        var first = simulation["web"].InvocationId;
        simulation.Kernel.Exits("web", 1);
        simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(OperationOutcome.Refused, (await simulation.Submit(new RegisterHook([], first, Hook("late")))).Outcome);
        simulation.Kernel.Exits("web", 0);
        simulation.Settle();
        Assert.Contains("does not run (completed)", (await simulation.Submit(new RegisterHook(["web"], null, Hook("late")))).Message);
        Assert.Empty(simulation.Journal.HandedIn);
    }

    [Fact]
    public void The_supervisors_own_hooks_come_last_and_know_its_code()
    {
        var spec = Spec(TimeSpan.FromSeconds(90), WithHooks(Hook("job's")));
        var simulation = new Simulation(new SupervisorSpec { File = spec.File, Jobs = spec.Jobs, Daemon = spec.Daemon with { Cleanup = [Hook("first"), Hook("second")] } }).Boot();

        _ = simulation.Submit(new ShutDown());
        EndHook(simulation);
        Assert.Equal(SupervisorState.Stopping, simulation.Engine.Snapshot.State);
        Assert.Equal(("success", "0"), (Variable(RunningHook(simulation), "SERVICE_RESULT"), Variable(RunningHook(simulation), "EXIT_STATUS")));
        EndHook(simulation);
        EndHook(simulation);

        Assert.Equal(["job's", "second", "first"], Hooks(simulation));
        Assert.Equal(SupervisorState.Stopped, simulation.Engine.Snapshot.State);
        Assert.Equal(0, simulation.Journal.Disk.Count);
    }

    [Fact]
    public void Hooks_that_do_not_end_are_left_to_the_next_start_when_the_time_of_the_shutdown_is_over()
    {
        var simulation = new Simulation(TimeSpan.FromSeconds(3), WithHooks([.. Enumerable.Range(0, 5).Select(number => Hook($"{number}"))])).Boot();
        simulation.Kernel.OnBirth = child => child.IgnoresSignals = true;
        simulation.Kernel.MayAbandon = true;

        _ = simulation.Submit(new ShutDown());
        simulation.Advance(TimeSpan.FromSeconds(14));

        Assert.Equal(SupervisorState.Stopped, simulation.Engine.Snapshot.State);
        Assert.Equal(["4", "3", "2"], Hooks(simulation));
        Assert.Contains("cleanup hooks that are still owed run at the next start", simulation.StoryOf("supervisor").Single(text => text.StartsWith("web: not ended", StringComparison.Ordinal)));
        Assert.Equal([0, 1, 2], simulation.Journal.Disk.All.Single().Hooks.Select(owed => owed.Number));
    }
}
