using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

// What becomes of an attempt that is over: its last output, its record, the restart decision, on_failure.
public static partial class JobMachine
{
    private static Transition DrainWhenClear(JobState state, Moment moment) =>
        state is { Leftovers: false, StepsRunning: 0 } ? Drain(state, moment) : Transition.Stay(state);

    private static Transition Drain(JobState state, Moment moment) =>
        new(Enter(state with { StepDeadline = null, StartDeadline = null, ReadyAt = null, RuntimeDeadline = null }, Phase.Draining, moment),
            [new Effect.DrainLog()]);

    // The record comes first, so that hooks, and people who look meanwhile, know how it ended.
    private static Transition PublishEnd(JobState state, JobSpec spec, Moment moment)
    {
        var exit = ExitRecords.Of(state, spec, moment.Now);
        var ended = state with
        {
            Exits = Published(state, exit),
            Pid = null,
            MainStarted = null,
            Exit = null,
            ExitAt = null,
            Failure = null,
            StartDeadline = null,
        };
        return ended.Cleanup is null ? Conclude(ended, exit, spec, moment) : BeginCleaning(ended, exit, spec, moment);
    }

    private static ImmutableArray<ExitRecord> Published(JobState state, ExitRecord? exit) =>
        exit is null ? state.Exits : [exit, .. state.Exits.Take(JobState.KeptExits - 1)];

    private static string StoryOf(ExitRecord? exit) => exit is null ? "its start was called off"
        : $"{InWords.HowItEnded(exit)} after {InWords.Of(exit.Duration)}{(exit is { Success: false, LastWords: { } said } ? $" (it told last: {said})" : "")}";

    private static Transition Conclude(JobState state, ExitRecord? exit, JobSpec spec, Moment moment)
    {
        var done = state with { Ending = null, Cleanup = null };
        var isInherited = state.Cleanup is { IsInherited: true };
        var story = isInherited ? "all that was owed is done" : StoryOf(exit);
        return state switch
        {
            { Goal: Goal.Down } => new(Enter(done, Phase.Stopped, moment), [Inform(isInherited ? story : $"stopped: {story}")]),
            { Ending.Kind: EndingKind.Requested } or { Ending.StartsAgain: true } =>
                new(Enter(done, Again(state, spec), moment), [Inform($"{story}; {InWordsOf(Again(state, spec))}")]),
            _ when exit is null => throw new InvalidOperationException("an attempt that nobody ended has an end"),
            _ => ConcludeByPolicy(done, exit, story, spec, moment),
        };
    }

    private static Transition ConcludeByPolicy(JobState state, ExitRecord exit, string story, JobSpec spec, Moment moment)
    {
        var decision = RestartDecision.After(exit, spec.Restart, state.History, moment.Now.Monotonic, moment.Dice);
        var next = state with { History = decision.History };
        switch (decision.Verdict)
        {
            case Verdict.Restart:
                var words = $"{story}; attempt {state.Attempt + 1} in {InWords.Of(decision.Delay)} ({decision.Reason})";
                return new(Enter(next with { RetryAt = moment.Now.Plus(decision.Delay) }, Phase.Backoff, moment), [exit.Success ? Inform(words) : Warn(words)]);
            case Verdict.Completed:
                return new(Enter(next, AtRest(Phase.Completed, state, spec), moment), [Inform($"{story}; completed ({decision.Reason}){NextRun(moment)}")]);
            default:
                var fail = new Effect.Tell(StoryLevel.Error, $"{story}; given up: {decision.Reason}{NextRun(moment)}");
                var last = spec.OnFailure.Count > 0
                    ? RunStep(next, Phase.GivingUp, StepKind.OnFailure, 0, spec.OnFailure, moment)
                    : Transition.Stay(Enter(next, AtRest(Phase.Failed, state, spec), moment));
                return last with { Effects = last.Effects.Insert(0, fail) };
        }
    }

    private static Transition OnFailureStepEnded(JobState state, JobEvent.StepEnded ended, JobSpec spec, Moment moment)
    {
        ImmutableArray<Effect> told = ended.Failure is { } why ? [Warn($"on_failure {StepInWords(spec.OnFailure, state.Step)} {why}")] : [];
        var next = state switch
        {
            { Goal: Goal.Down } => Transition.Stay(Enter(state with { Ending = null }, Phase.Stopped, moment)),
            { Ending.Kind: EndingKind.Requested } => Transition.Stay(Enter(state with { Ending = null }, Again(state, spec), moment)),
            _ when state.Step + 1 < spec.OnFailure.Count =>
                RunStep(state, Phase.GivingUp, StepKind.OnFailure, state.Step + 1, spec.OnFailure, moment),
            _ => Transition.Stay(Enter(state, AtRest(Phase.Failed, state, spec), moment)),
        };
        return next with { Effects = told.AddRange(next.Effects) };
    }
}
