using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>
/// The life of one instance: a pure function from (state, event) to (next state, effects). One method per event; each lists what the event means
/// in every phase, and pairs that cannot happen end in <see cref="UnreachableTransitionException"/>. The table of all pairs is approved beside
/// the tests (JobMachine.transitions.txt). This file holds every (event, phase) pair; how an attempt begins, is ended by us and is concluded stands
/// in JobMachine.Starts.cs, JobMachine.Stops.cs and JobMachine.Ends.cs.
/// </summary>
public static partial class JobMachine
{
    /// <summary>How long leftovers are given between SIGTERM and SIGKILL.</summary>
    public static readonly TimeSpan LeftoverPatience = TimeSpan.FromSeconds(2);

    // A killed process may hang in the kernel (a dead disk); it is killed again at this pace, since nothing tells when it comes loose.
    private static readonly TimeSpan _killAgain = TimeSpan.FromSeconds(1);

    /// <summary>What follows from <paramref name="happened"/>.</summary>
    public static Transition Apply(JobState state, JobEvent happened, JobSpec spec, Moment moment) => happened switch
    {
        JobEvent.Start start => OnStart(state, start, spec, moment),
        JobEvent.Stop stop => OnStop(state, stop, spec, moment),
        JobEvent.Kill kill => OnKill(state, kill, moment),
        JobEvent.Reload => OnReload(state, spec, moment),
        JobEvent.Connected => state.Phase is Phase.Listening ? OnConnected(state, spec, moment) : Transition.Stay(state),
        JobEvent.ListenFailed failed => state.Phase is Phase.Listening ? OnListenFailed(state, failed.Failure, spec, moment) : Transition.Stay(state),
        JobEvent.DependenciesMet => state.Phase is Phase.Waiting ? BeginAttempt(state, spec, moment) : throw Impossible(state, happened),
        JobEvent.StepEnded ended => OnStepEnded(state, ended, spec, moment),
        JobEvent.Spawned spawned => state.Phase is Phase.Spawning ? OnSpawned(state, spawned, spec, moment) : throw Impossible(state, happened),
        JobEvent.SpawnFailed failed => state.Phase is Phase.Spawning
            ? Drain(state with { Failure = failed.Failure }, moment)
            : throw Impossible(state, happened),
        JobEvent.Exited exited => state.Phase.HasMainProcess() ? OnExited(state, exited, spec, moment) : throw Impossible(state, happened),
        JobEvent.LeftoversGone => state.Phase is Phase.Clearing
            ? DrainWhenClear(state with { Leftovers = false }, moment)
            : throw Impossible(state, happened),
        JobEvent.Probed probed => OnProbed(state, probed, spec, moment),
        JobEvent.LogDrained => state.Phase is Phase.Draining ? PublishEnd(state, spec, moment) : throw Impossible(state, happened),
        JobEvent.RegisterHook register => OnRegister(state, register.Hook, spec),
        JobEvent.CleanUp due => state.Phase.IsAtRest() && state.Cleanup is not null ? OnCleanUp(state, due, spec, moment) : throw Impossible(state, happened),
        JobEvent.Notified told => OnNotified(state, told, spec, moment),
        JobEvent.BecameReady shown => OnBecameReady(state, shown, spec, moment),
        JobEvent.MainChanged changed => OnMainChanged(state, changed),
        JobEvent.DeadlineDue due => OnDeadline(state, due, spec, moment),
        _ => throw Impossible(state, happened),
    };

    private static Transition OnStart(JobState state, JobEvent.Start start, JobSpec spec, Moment moment)
    {
        var up = state with { Goal = Goal.Up };
        if (start.ByHand)
        {
            up = up with { Restarts = 0, History = RestartHistory.None };
        }

        return up.Phase switch
        {
            Phase.Stopped or Phase.Completed or Phase.Failed =>
                Transition.Stay(Enter(up with { RunsOnce = start.Once }, start.Run ? Phase.Waiting : AtFirst(spec), moment)),
            Phase.Scheduled => Transition.Stay(start.Run || spec.Schedule is null ? Enter(up, Phase.Waiting, moment) : up),
            Phase.Listening => Transition.Stay(start.Run || spec.Start is not StartMode.OnDemand ? Enter(up with { RetryAt = null }, Phase.Waiting, moment) : up),
            Phase.Backoff when start.ByHand => Transition.Stay(Enter(up with { RetryAt = null }, Phase.Waiting, moment)),
            Phase.Waiting or Phase.Backoff => Transition.Stay(up),
            // With a stop on its way the goal alone makes it come back after its end.
            Phase.Preparing or Phase.Spawning or Phase.Running or Phase.Ready or Phase.Stopping or Phase.Killing =>
                Transition.Stay(up with { RunWanted = start.Run, Ending = start.ByHand && up.Ending is { } ending ? ending with { StartsAgain = true } : up.Ending }),
            // Its end is being published: the restart is by request then, not by policy.
            Phase.Clearing or Phase.Draining or Phase.Cleaning or Phase.GivingUp =>
                Transition.Stay(up with { RunWanted = start.Run, Ending = (up.Ending ?? new(EndingKind.Requested, "start requested")) with { StartsAgain = true } }),
            _ => throw Impossible(state, start),
        };
    }

    private static Transition OnStop(JobState state, JobEvent.Stop stop, JobSpec spec, Moment moment)
    {
        var down = state with { Goal = Goal.Down };
        var ending = state.Ending is { Kind: EndingKind.Requested } ? state.Ending : new Ending(EndingKind.Requested, stop.Reason);
        return state.Phase switch
        {
            Phase.Stopped or Phase.Completed => Transition.Stay(down),
            Phase.Failed => Transition.Stay(Enter(down, Phase.Stopped, moment)),
            Phase.Waiting or Phase.Backoff or Phase.Scheduled or Phase.Listening =>
                new(Enter(down with { RetryAt = null }, Phase.Stopped, moment), [Inform($"stopped: {stop.Reason}")]),
            Phase.Preparing => new(down with { Ending = ending, StartDeadline = null }, [new Effect.CancelSteps(AtOnce: false)]),
            Phase.Spawning => Transition.Stay(down with { Ending = ending, StartDeadline = null }),
            Phase.Running or Phase.Ready => BeginStop(down, ending, spec, moment),
            // It is being ended already; how that came about stays in the record.
            Phase.Stopping or Phase.Killing or Phase.Clearing or Phase.Draining or Phase.Cleaning =>
                Transition.Stay(down with { Ending = state.Ending ?? ending }),
            Phase.GivingUp => Transition.Stay(down),
            _ => throw Impossible(state, stop),
        };
    }

    private static Transition OnKill(JobState state, JobEvent.Kill kill, Moment moment)
    {
        var down = state with { Goal = Goal.Down };
        var killed = new Ending(EndingKind.Requested, kill.Reason, KillKind.Ordered);
        return state.Phase switch
        {
            Phase.Stopped or Phase.Completed => Transition.Stay(down),
            Phase.Failed => Transition.Stay(Enter(down, Phase.Stopped, moment)),
            Phase.Waiting or Phase.Backoff or Phase.Scheduled or Phase.Listening =>
                new(Enter(down with { RetryAt = null }, Phase.Stopped, moment), [Inform($"stopped: {kill.Reason}")]),
            Phase.Preparing => new(down with { Ending = killed, StartDeadline = null }, [new Effect.CancelSteps(AtOnce: true)]),
            Phase.Spawning => Transition.Stay(down with { Ending = killed, StartDeadline = null }),
            Phase.Running or Phase.Ready or Phase.Stopping => KillAll(down with { Ending = killed }, moment, []),
            Phase.Killing or Phase.Draining => Transition.Stay(down),
            Phase.Clearing => new(down with { Step = 1, StepDeadline = moment.Now.Monotonic + _killAgain }, KillEffects(down)),
            // The hook that runs is cut short; the others are still owed, and still run.
            Phase.Cleaning or Phase.GivingUp => new(down, [new Effect.CancelSteps(AtOnce: true)]),
            _ => throw Impossible(state, kill),
        };
    }

    private static Transition OnReload(JobState state, JobSpec spec, Moment moment) => (state.Phase, spec.Reload) switch
    {
        (not (Phase.Running or Phase.Ready), _) or (_, null) => Transition.Stay(state),
        (_, { ConfirmedWithin: { } limit, Signal: { } signal }) => new(
            state with { Said = state.Said.AskToReload(moment.Now.Monotonic, limit) },
            [Inform($"reload: {signal} to the main process, which confirms it within {InWords.Of(limit)}"), new Effect.SendSignal(signal, SignalTarget.Main)]),
        (_, { Signal: { } signal }) => new(state, [Inform($"reload: {signal} to the main process"), new Effect.SendSignal(signal, SignalTarget.Main)]),
        (_, { Run: { } step }) => new(state with { StepsRunning = state.StepsRunning + 1 },
            [Inform($"reload: runs {string.Join(' ', step.Command)}"), new Effect.RunStep(StepKind.Reload, 0, step)]),
        _ => throw new InvalidOperationException("a reload is a signal or a command"),
    };

    private static Transition OnStepEnded(JobState state, JobEvent.StepEnded ended, JobSpec spec, Moment moment)
    {
        var next = state with { StepsRunning = state.StepsRunning - 1 };
        return state.Phase switch
        {
            Phase.Preparing when state.Ending is not null => Drain(next, moment),
            Phase.Preparing when ended.Failure is { } failure =>
                Drain(next with { Failure = new(ExecStep.BeforeStart, 0, "", StepInWords(spec.BeforeStart, state.Step) + " " + failure) }, moment),
            Phase.Preparing when state.Step + 1 < spec.BeforeStart.Count =>
                RunStep(next, Phase.Preparing, StepKind.BeforeStart, state.Step + 1, spec.BeforeStart, moment),
            Phase.Preparing => SpawnMain(next, moment),
            Phase.Running or Phase.Ready => new(next, [ended.Failure is { } why ? Warn($"its reload command {why}") : Inform("reloaded")]),
            Phase.Stopping or Phase.Killing => new(next, ended.Failure is { } reason ? [Warn($"a step of its stop {reason}; the stop goes on")] : []),
            Phase.Clearing => DrainWhenClear(next, moment),
            Phase.Cleaning => OnHookEnded(next, ended, spec, moment),
            Phase.GivingUp => OnFailureStepEnded(next, ended, spec, moment),
            _ => throw Impossible(state, ended),
        };
    }

    private static Transition OnExited(JobState state, JobEvent.Exited exited, JobSpec spec, Moment moment)
    {
        var ended = state with { Exit = exited, ExitAt = moment.Now, Leftovers = exited.Leftovers };
        if (!exited.Leftovers && state.StepsRunning == 0)
        {
            return Drain(ended, moment);
        }

        var killed = state.Ending is { Killed: not KillKind.No };
        var patience = moment.Now.Monotonic + LeftoverPatience;
        // A stop that addressed the group gives the group the time of the step, not only the main process.
        if (state.Phase is Phase.Stopping && spec.Stop.To is SignalTarget.Group && state.StepDeadline > patience)
        {
            patience = state.StepDeadline.Value;
        }

        ImmutableArray<Effect> effects = state.StepsRunning > 0 ? [new Effect.CancelSteps(AtOnce: killed)] : [];
        if (exited.Leftovers)
        {
            effects = effects.Add(new Effect.SignalAll(killed ? Signal.Kill : Signal.Term));
            if (state.Ending is null && spec.Kind is JobKind.Service && exited.Status is { Code: 0 })
            {
                effects = effects.Add(Warn("it has ended with code 0 and left processes behind, which are ended now; a program that goes into the background has to be told to stay in the foreground"));
            }
        }

        return new(Enter(ended with { Step = killed ? 1 : 0, StepDeadline = patience }, Phase.Clearing, moment), effects);
    }

    private static Transition OnDeadline(JobState state, JobEvent.DeadlineDue due, JobSpec spec, Moment moment)
    {
        var now = moment.Now.Monotonic;
        return state.Phase switch
        {
            Phase.Backoff when state.RetryAt?.Monotonic <= now && due.HeldUntil is { } turn && turn > now => new(
                state with { RetryAt = moment.Now.Plus(turn - now), IsHeldBack = true },
                [Warn($"held back by supervisor.restart_limit: too many restarts over all jobs; attempt {state.Attempt + 1} in {InWords.Of(turn - now)}")]),
            Phase.Backoff when state.RetryAt?.Monotonic <= now =>
                Transition.Stay(Enter(state with { RetryAt = null, Restarts = state.Restarts + 1 }, Phase.Waiting, moment)),
            // The engine opens the sockets of whoever listens and waits for nothing.
            Phase.Listening when state.RetryAt?.Monotonic <= now => Transition.Stay(state with { RetryAt = null }),
            Phase.Preparing when state.StartDeadline <= now => new(
                state with { StartDeadline = null, Ending = TooSlow(state, spec) },
                [Warn($"{TooSlow(state, spec).Reason}: its before_start step is ended"), new Effect.CancelSteps(AtOnce: false)]),
            Phase.Spawning when state.StartDeadline <= now => new(
                state with { StartDeadline = null, Ending = TooSlow(state, spec) },
                [Warn($"{TooSlow(state, spec).Reason}, and the start has not been reported yet: it is ended then")]),
            Phase.Running when state.ReadyAt <= now => BecomeReady(state, $"ready after {InWords.Of(now - state.AttemptBegan.Monotonic)}", spec, moment),
            Phase.Running when state.StartDeadline <= now => BeginStop(state, TooSlow(state, spec), spec, moment),
            Phase.Running or Phase.Ready when state.RuntimeDeadline <= now => BeginStop(
                state, new(EndingKind.RuntimeLimit, $"it has run for its runtime_limit of {InWords.Of(spec.RuntimeLimit ?? default)}"), spec, moment),
            Phase.Running or Phase.Ready when state.WatchdogLook <= now => OnWatchdog(state, due.Heartbeat, spec, moment),
            Phase.Running or Phase.Ready when state.Said.ReloadDeadline <= now => ReloadTookTooLong(state, spec),
            Phase.Running or Phase.Ready when state.Probing.Due <= now => AskProbe(state, spec, moment),
            Phase.Stopping when state.StepDeadline <= now && state.Ending is { } ending => StopStep(state, ending, state.Step + 1, spec, moment),
            Phase.Clearing when state.StepDeadline <= now => new(
                state with { Step = 1, StepDeadline = now + _killAgain },
                state.Step == 0 && state.Leftovers
                    ? [Warn("processes that it has left behind ignore SIGTERM; SIGKILL to all of them"), .. KillEffects(state)]
                    : KillEffects(state)),
            // The deadline belonged to a phase that is over.
            _ => Transition.Stay(state),
        };
    }

    private static JobState Enter(JobState state, Phase phase, Moment moment) => state with { Phase = phase, Since = moment.Now, IsHeldBack = false };

    // The list may have become shorter while the step ran: its keys change without a restart.
    private static string StepInWords(Sequence<CommandStep> steps, int index) =>
        index < steps.Count ? $"step {index + 1} ({string.Join(' ', steps[index].Command)})" : $"step {index + 1}";

    private static Effect.Tell Inform(string text) => new(StoryLevel.Information, text);

    private static Effect.Tell Warn(string text) => new(StoryLevel.Warning, text);

    private static UnreachableTransitionException Impossible(JobState state, JobEvent happened) => new(state.Phase, happened);
}
