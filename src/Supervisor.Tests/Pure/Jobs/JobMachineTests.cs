using System.Text;
using Supervisor.Jobs;
using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Pure.Jobs;

public class JobMachineTests
{
    private static readonly Instant _now = new(TimeSpan.FromMinutes(10), DateTimeOffset.UnixEpoch);
    private static readonly CommandStep _step = new(["step"], TimeSpan.FromSeconds(5));

    private static readonly JobSpec _spec = new()
    {
        Name = new("web"),
        Process = new() { Command = ["main"] },
        BeforeStart = [_step, _step],
        OnFailure = [_step],
        RuntimeLimit = TimeSpan.FromHours(1),
        Restart = new() { Jitter = 0 },
        Reload = new(null, _step),
        Ready = new ReadyByProbe(new TcpProbe(new("localhost", 80)) { Interval = TimeSpan.FromSeconds(1) }),
        Health = new(new ExecProbe(["check"]) { Interval = TimeSpan.FromSeconds(10) }),
    };

    private static readonly OwedCleanup _owed = OwedCleanup.Of(
        "id", new() { Command = ["main"] }, [new(["hook0"], HookCondition.Failure, TimeSpan.FromSeconds(5)), new(["hook1"], HookCondition.Always, TimeSpan.FromSeconds(5))])!;

    private static readonly Ending _requested = new(EndingKind.Requested, "asked");
    private static readonly Ending _tooSlow = new(EndingKind.StartTimeout, "slow");
    private static readonly SpawnFailure _failure = new(ExecStep.Execute, 13, "Permission denied", "/main");

    private static readonly (string Name, JobEvent Event)[] _events =
    [
        ("Start", new JobEvent.Start(ByHand: false)),
        ("StartByHand", new JobEvent.Start(ByHand: true)),
        ("StartByHand, run", new JobEvent.Start(ByHand: true, Run: true)),
        ("Stop", new JobEvent.Stop("asked")),
        ("Kill", new JobEvent.Kill("at once")),
        ("Reload", new JobEvent.Reload()),
        ("Connected", new JobEvent.Connected()),
        ("ListenFailed", new JobEvent.ListenFailed(_failure)),
        ("DependenciesMet", new JobEvent.DependenciesMet()),
        ("StepEnded(ok)", new JobEvent.StepEnded(null)),
        ("StepEnded(failed)", new JobEvent.StepEnded("exited with code 1")),
        ("Spawned", new JobEvent.Spawned(42)),
        ("SpawnFailed", new JobEvent.SpawnFailed(_failure)),
        ("Exited(0)", new JobEvent.Exited(ExitStatus.Exited(0), default, Leftovers: false)),
        ("Exited(1)+leftovers", new JobEvent.Exited(ExitStatus.Exited(1), default, Leftovers: true)),
        ("LeftoversGone", new JobEvent.LeftoversGone()),
        ("LogDrained", new JobEvent.LogDrained()),
        ("Notified(ready)", new JobEvent.Notified(new() { Ready = true, Status = "fine" }, null)),
        ("Notified(stopping)", new JobEvent.Notified(new() { Stopping = true }, null)),
        ("BecameReady", new JobEvent.BecameReady("a newline")),
        ("MainChanged", new JobEvent.MainChanged(77)),
        ("Probed(passed)", new JobEvent.Probed(ProbeAnswer.Passed, ByStep: false)),
        ("Probed(failed) by step", new JobEvent.Probed(ProbeAnswer.Failed("exited with code 1"), ByStep: true)),
        ("RegisterHook", new JobEvent.RegisterHook(new(["hook2"], HookCondition.Always, TimeSpan.FromSeconds(5)))),
        ("CleanUp", new JobEvent.CleanUp([new("SERVICE_RESULT", "supervisor-lost")], null, Waits: false)),
        ("CleanUp(waits)", new JobEvent.CleanUp([new("SERVICE_RESULT", "supervisor-lost")], null, Waits: true)),
        ("DeadlineDue", new JobEvent.DeadlineDue()),
    ];

    [Fact]
    public void Every_pair_of_phase_and_event_does_what_was_approved()
    {
        var table = new StringBuilder();
        foreach (var (name, state) in States())
        {
            table.Append(name).Append('\n');
            foreach (var (word, happened) in _events)
            {
                table.Append($"  {word,-20} -> {Outcome(state, happened)}\n");
            }
        }

        ApprovedFile.Verify(table.ToString(), "JobMachine.transitions.txt");
    }

    [Fact]
    public void The_table_has_every_phase_and_every_event()
    {
        Assert.Equal(Enum.GetValues<Phase>().Order(), States().Select(state => state.State.Phase).Distinct().Order());
        Assert.Equal(
            typeof(JobEvent).GetNestedTypes().Select(type => type.Name).Order(),
            _events.Select(pair => pair.Event.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void A_before_start_list_that_has_become_shorter_meanwhile_does_no_harm()
    {
        var state = At(Phase.Preparing) with { Step = 1, StepsRunning = 1 };

        var failed = JobMachine.Apply(state, new JobEvent.StepEnded("exited with code 1"), _spec with { BeforeStart = [] }, new(_now, 0.5, Guid.Empty));

        Assert.Equal("before_start: step 2 exited with code 1", failed.Next.Failure?.ToString());
    }

    [Fact]
    public void A_start_by_hand_during_the_end_by_a_timeout_is_not_left_to_the_policy()
    {
        var never = _spec with { Restart = new() { Policy = RestartPolicy.Never } };
        var state = At(Phase.Stopping) with { Ending = _tooSlow };

        foreach (var happened in new JobEvent[]
        {
            new JobEvent.Stop("asked"), new JobEvent.Start(ByHand: true), new JobEvent.Exited(ExitStatus.Signaled(Signal.Term), default, false), new JobEvent.LogDrained(),
        })
        {
            state = JobMachine.Apply(state, happened, never, new(_now, 0.5, Guid.Empty)).Next;
        }

        Assert.Equal(Phase.Waiting, state.Phase);
        Assert.Equal(ExitCause.StartTimeout, state.Exits[0].Cause);
    }

    private static JobState At(Phase phase, Goal goal = Goal.Up) => new()
    {
        Phase = phase,
        Goal = goal,
        Since = _now,
        Attempt = 3,
        AttemptBegan = _now,
        Pid = phase is Phase.Running or Phase.Ready or Phase.Stopping or Phase.Killing or Phase.Clearing ? 42 : null,
        MainStarted = phase is Phase.Running or Phase.Ready or Phase.Stopping or Phase.Killing or Phase.Clearing ? _now : null,
    };

    private static IEnumerable<(string Name, JobState State)> States()
    {
        var due = _now.Monotonic;
        var gone = new JobEvent.Exited(ExitStatus.Exited(1), default, Leftovers: true);
        yield return ("Stopped, down", At(Phase.Stopped, Goal.Down));
        yield return ("Completed", At(Phase.Completed));
        yield return ("Failed", At(Phase.Failed));
        yield return ("Waiting", At(Phase.Waiting));
        yield return ("Listening", At(Phase.Listening));
        yield return ("Listening, opens its sockets again now", At(Phase.Listening) with { RetryAt = _now });
        yield return ("Scheduled", At(Phase.Scheduled));
        yield return ("Preparing, step 1 of 2, start deadline due", At(Phase.Preparing) with { StepsRunning = 1, StartDeadline = due });
        yield return ("Preparing, last step", At(Phase.Preparing) with { StepsRunning = 1, Step = 1 });
        yield return ("Preparing, down, called off", At(Phase.Preparing, Goal.Down) with { StepsRunning = 1, Ending = _requested });
        yield return ("Spawning, start deadline due", At(Phase.Spawning) with { StartDeadline = due });
        yield return ("Spawning, down, called off", At(Phase.Spawning, Goal.Down) with { Ending = _requested });
        yield return ("Spawning, down, to be killed", At(Phase.Spawning, Goal.Down) with { Ending = _requested with { Killed = KillKind.Ordered } });
        yield return ("Running, ready due", At(Phase.Running) with { ReadyAt = due, StartDeadline = due + TimeSpan.FromSeconds(1) });
        yield return ("Running, start deadline due", At(Phase.Running) with { StartDeadline = due });
        yield return ("Running, asked", At(Phase.Running) with { StepsRunning = 1, Probing = new() { Began = due } });
        yield return ("Ready", At(Phase.Ready));
        yield return ("Ready, asked, two have failed", At(Phase.Ready) with { StepsRunning = 1, Probing = new() { Began = due, Failures = 2, Health = Health.Healthy, LastFailure = "refused" } });
        yield return ("Ready, a probe is due", At(Phase.Ready) with { Probing = new() { Due = due } });
        yield return ("Ready, a reload runs, runtime limit due", At(Phase.Ready) with { StepsRunning = 1, RuntimeDeadline = due });
        yield return ("Stopping, down, last step due", At(Phase.Stopping, Goal.Down) with { Ending = _requested, StepDeadline = due });
        yield return ("Stopping, up, comes back", At(Phase.Stopping) with { Ending = _requested, StepDeadline = due + TimeSpan.FromSeconds(1) });
        yield return ("Stopping, up, start timeout, a step runs", At(Phase.Stopping) with { Ending = _tooSlow, StepsRunning = 1 });
        yield return ("Killing, down", At(Phase.Killing, Goal.Down) with { Ending = _requested with { Killed = KillKind.OutOfTime } });
        yield return ("Clearing, leftovers, patience over", At(Phase.Clearing) with { Exit = gone, ExitAt = _now, Leftovers = true, StepDeadline = due });
        yield return ("Clearing, a step runs", At(Phase.Clearing) with { Exit = gone, ExitAt = _now, StepsRunning = 1 });
        yield return ("Clearing, down, both", At(Phase.Clearing, Goal.Down) with { Exit = gone, ExitAt = _now, Leftovers = true, StepsRunning = 1, Ending = _requested });
        yield return ("Draining, exited with 1", At(Phase.Draining) with { Exit = gone, ExitAt = _now, Pid = 42, MainStarted = _now });
        yield return ("Draining, exited with 0", At(Phase.Draining) with { Exit = new(ExitStatus.Exited(0), default, false), ExitAt = _now, Pid = 42, MainStarted = _now });
        yield return ("Draining, failed to start", At(Phase.Draining) with { Failure = _failure });
        yield return ("Draining, down, called off", At(Phase.Draining, Goal.Down) with { Ending = _requested });
        yield return ("Draining, exited with 1, hooks owed", At(Phase.Draining) with { Exit = gone, ExitAt = _now, Pid = 42, MainStarted = _now, Cleanup = _owed });
        yield return ("Draining, down, called off, hooks owed", At(Phase.Draining, Goal.Down) with { Ending = _requested, Cleanup = _owed });
        yield return ("Stopped, down, hooks owed from elsewhere", At(Phase.Stopped, Goal.Down) with { Cleanup = _owed });
        yield return ("Cleaning, one left", Cleaning(_owed.Hooks.Take(1)));
        yield return ("Cleaning, the last one", Cleaning([]));
        yield return ("Cleaning, the last one, down", Cleaning([]) with { Goal = Goal.Down });
        yield return ("GivingUp", At(Phase.GivingUp) with { StepsRunning = 1 });
        yield return ("GivingUp, down", At(Phase.GivingUp, Goal.Down) with { StepsRunning = 1 });
        yield return ("Backoff, due", At(Phase.Backoff) with { RetryAt = _now });
        yield return ("Backoff, not due", At(Phase.Backoff) with { RetryAt = _now.Plus(TimeSpan.FromSeconds(1)) });
    }

    private static JobState Cleaning(IEnumerable<OwedHook> left) => At(Phase.Cleaning) with
    {
        StepsRunning = 1,
        Exits = [Exit],
        Cleanup = _owed with { Hooks = left.ToSequence(), Running = _owed.Hooks[1], Cause = ServiceResult.Variables(Exit).ToSequence() },
    };

    private static ExitRecord Exit => new()
    {
        Attempt = 3,
        InvocationId = "",
        Cause = ExitCause.Exited,
        Status = ExitStatus.Exited(1),
        Success = false,
        Started = _now.Wall,
        Ended = _now.Wall,
        Duration = TimeSpan.FromSeconds(1),
    };

    private static string Outcome(JobState state, JobEvent happened)
    {
        try
        {
            var (next, effects) = JobMachine.Apply(state, happened, _spec, new(_now, 0.5, Guid.Empty));
            var words = new List<string> { next == state ? "stays" : $"{next.Phase}, {next.Goal.ToString().ToLowerInvariant()}" };
            words.AddRange(effects.Select(Short));
            if (next.Ending != state.Ending)
            {
                words.Add(next.Ending is { } ending
                    ? $"ending: {ending.Kind}{(ending.Killed is KillKind.No ? "" : $" killed {ending.Killed}")}{(ending.StartsAgain ? " starts again" : "")}" : "no ending");
            }

            return string.Join("; ", words);
        }
        catch (UnreachableTransitionException)
        {
            return "impossible";
        }
    }

    private static string Short(Effect effect) => effect switch
    {
        Effect.SpawnMain => "spawn",
        Effect.RunStep run => $"run {run.Kind} {run.Index}",
        Effect.CancelSteps cancel => cancel.AtOnce ? "kill steps" : "cancel steps",
        Effect.SendSignal send => $"{send.Signal} to {send.To}",
        Effect.SignalAll all => $"{all.Signal} to all",
        Effect.AskProbe ask => $"ask {ask.Probe.InWords}",
        Effect.DrainLog => "drain",
        Effect.Tell tell => $"{(tell.Level is StoryLevel.Information ? "" : tell.Level + ": ")}\"{tell.Text}\"",
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, null),
    };
}
