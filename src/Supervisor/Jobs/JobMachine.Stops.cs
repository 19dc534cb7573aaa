using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

// How a run is ended by us: the steps of its stop, then SIGKILL; what its watchdog does.
public static partial class JobMachine
{
    private static Transition BeginStop(JobState state, Ending ending, JobSpec spec, Moment moment) =>
        StopStep(Enter(state with { Ending = ending, StartDeadline = null, ReadyAt = null, RuntimeDeadline = null, Probing = state.Probing.Ended() }, Phase.Stopping, moment),
            ending, 0, spec, moment);

    private static Transition StopStep(JobState state, Ending ending, int index, JobSpec spec, Moment moment)
    {
        if (index >= spec.Stop.Steps.Count || ending.Kind is EndingKind.Watchdog)
        {
            var waited = InWords.Of(moment.Now.Monotonic - state.Since.Monotonic);
            return KillAll(state with { Ending = ending with { Killed = KillKind.OutOfTime } }, moment,
                [Warn($"still runs {waited} after it was asked to end ({ending.Reason}); SIGKILL to all of it")]);
        }

        var step = spec.Stop.Steps[index];
        if (step.Signal == Signal.Kill)
        {
            return KillAll(state with { Ending = ending with { Killed = KillKind.Ordered } }, moment, [Inform($"SIGKILL to all of it: {ending.Reason}")]);
        }

        var next = state with { Step = index, StepDeadline = moment.Now.Monotonic + step.Wait };
        var patience = $"then {InWords.Of(step.Wait)}";
        return step switch
        {
            { Signal: { } signal } => new(next,
                [Inform($"{signal} to the {(spec.Stop.To is SignalTarget.Main ? "main process" : "group")}, {patience}: {ending.Reason}"), new Effect.SendSignal(signal, spec.Stop.To)]),
            { Run: { } command } => new(next with { StepsRunning = state.StepsRunning + 1 },
                [Inform($"runs {string.Join(' ', command)}, {patience}: {ending.Reason}"), new Effect.RunStep(StepKind.Stop, index, new(command, step.Wait))]),
            _ => throw new InvalidOperationException("a stop step is a signal or a command"),
        };
    }

    private static Transition KillAll(JobState state, Moment moment, ImmutableArray<Effect> first) =>
        new(Enter(state with { StepDeadline = null, Probing = state.Probing.Ended() }, Phase.Killing, moment), first.AddRange(KillEffects(state)));

    private static ImmutableArray<Effect> KillEffects(JobState state) => state.StepsRunning > 0
        ? [new Effect.SignalAll(Signal.Kill), new Effect.CancelSteps(AtOnce: true)]
        : [new Effect.SignalAll(Signal.Kill)];

    private static Transition OnWatchdog(JobState state, ulong? heartbeat, JobSpec spec, Moment moment)
    {
        if (Watchdog.Look(state, heartbeat, spec, moment.Now) is { } goesOn)
        {
            return Transition.Stay(goesOn);
        }

        return EndByWatchdog(state, Watchdog.Missed(state, spec), moment);
    }

    private static Transition EndByWatchdog(JobState state, Ending ending, Moment moment)
    {
        var stopping = state with
        {
            Ending = ending,
            StartDeadline = null,
            ReadyAt = null,
            RuntimeDeadline = null,
            Probing = state.Probing.Ended(),
            Step = 0,
            StepDeadline = moment.Now.Monotonic + Watchdog.Patience,
        };
        return new(Enter(stopping, Phase.Stopping, moment),
            [Warn($"{Signal.Abrt} to the main process, then {InWords.Of(Watchdog.Patience)}: {ending.Reason}"), new Effect.SendSignal(Signal.Abrt, SignalTarget.Main)]);
    }
}
