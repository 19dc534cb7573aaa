using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

// What is owed at the end of an attempt: its cleanup hooks, newest first, each once, one at a time.
public static partial class JobMachine
{
    private static Transition OnRegister(JobState state, CleanupHook hook, JobSpec spec)
    {
        if (state.Phase.HasNoProcess() || state.Phase is Phase.GivingUp)
        {
            return Transition.Stay(state);
        }

        var owed = state.Cleanup ?? new OwedCleanup { Id = state.InvocationId, Process = spec.Process, Hooks = [], Registered = 0 };
        return new(state with { Cleanup = owed.With(hook) }, [new Effect.Tell(StoryLevel.Detail, $"cleanup: registered {hook}")]);
    }

    private static Transition BeginCleaning(JobState state, ExitRecord? exit, JobSpec spec, Moment moment)
    {
        // Called off by request before anything ran: not a failure, as systemd has it.
        Sequence<EnvironmentVariable> cause = exit is null ? [new("SERVICE_RESULT", "success")] : ServiceResult.Variables(exit).ToSequence();
        var cleaning = Enter(state with { Cleanup = state.Cleanup! with { Cause = cause, CalledOff = exit is null } }, Phase.Cleaning, moment);
        return NextHook(cleaning, [], spec, moment, StoryOf(exit) + "; ");
    }

    private static Transition OnCleanUp(JobState state, JobEvent.CleanUp due, JobSpec spec, Moment moment)
    {
        var cleaning = Enter(
            state with
            {
                Cleanup = state.Cleanup! with { Cause = due.Cause, CalledOff = due.Exit is null, IsInherited = true },
                Exits = Published(state, due.Exit),
                StepsRunning = due.Waits ? 1 : 0,
            },
            Phase.Cleaning, moment);
        return due.Waits ? Transition.Stay(cleaning) : NextHook(cleaning, [], spec, moment);
    }

    private static Transition OnHookEnded(JobState state, JobEvent.StepEnded ended, JobSpec spec, Moment moment)
    {
        var done = state with { Cleanup = state.Cleanup! with { Running = null } };
        ImmutableArray<Effect> told = ended.Failure is { } why
            ? [Warn($"cleanup: {state.Cleanup.Running?.Hook.ToString() ?? "its end"} {why}; {(done.Cleanup.BeginNext() is { Running: { } next } ? $"{next.Hook} is next" : "nothing else is owed")}")]
            : [];
        return NextHook(done, told, spec, moment);
    }

    private static Transition NextHook(JobState state, ImmutableArray<Effect> told, JobSpec spec, Moment moment, string after = "")
    {
        if (state.Cleanup!.BeginNext() is { Running: { } owed } begun)
        {
            var (number, hook) = owed;
            return new(
                state with { Cleanup = begun, Step = number, StepsRunning = 1 },
                [.. told, Inform($"{after}cleanup: runs {hook} (for at most {InWords.Of(hook.Timeout)})"), new Effect.RunStep(StepKind.Cleanup, number, new(hook.Command, hook.Timeout))]);
        }

        var end = Conclude(state, state.Cleanup.CalledOff || state.Exits.IsEmpty ? null : state.Exits[0], spec, moment);
        return end with { Effects = told.AddRange(end.Effects) };
    }
}
