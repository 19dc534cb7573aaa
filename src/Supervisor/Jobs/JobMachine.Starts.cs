using Supervisor.Specs;

namespace Supervisor.Jobs;

// How an attempt begins: before_start, the start itself, readiness.
public static partial class JobMachine
{
    private static Transition BeginAttempt(JobState state, JobSpec spec, Moment moment)
    {
        var id = moment.Invocation.ToString("N");
        var begun = state with
        {
            Attempt = state.Attempt + 1,
            InvocationId = id,
            Cleanup = OwedCleanup.Of(id, spec.Process, spec.Cleanup),
            AttemptBegan = moment.Now,
            StartDeadline = moment.Now.Monotonic + spec.StartTimeout,
            Step = 0,
            WatchdogLook = null,
            RunWanted = false,
            Probing = Probing.None,
            Said = Said.Nothing,
            ReadyEarly = null,
        };
        return spec.BeforeStart.Count > 0 ? RunStep(begun, Phase.Preparing, StepKind.BeforeStart, 0, spec.BeforeStart, moment) : SpawnMain(begun, moment);
    }

    private static Transition SpawnMain(JobState state, Moment moment) => new(Enter(state, Phase.Spawning, moment), [new Effect.SpawnMain()]);

    private static Transition RunStep(JobState state, Phase phase, StepKind kind, int index, Sequence<CommandStep> steps, Moment moment) =>
        new(Enter(state with { Step = index, StepsRunning = 1 }, phase, moment), [new Effect.RunStep(kind, index, steps[index])]);

    private static Transition OnSpawned(JobState state, JobEvent.Spawned spawned, JobSpec spec, Moment moment)
    {
        var running = Enter(state, Phase.Running, moment) with
        {
            Pid = spawned.Pid,
            MainStarted = moment.Now,
            RuntimeDeadline = moment.Now.Monotonic + spec.RuntimeLimit,
        };
        // A stop that came during the start has waited for this report.
        if (state.Ending is { } ending)
        {
            return ending.Killed is KillKind.No ? BeginStop(running, ending, spec, moment) : KillAll(running, moment, []);
        }

        return spec switch
        {
            { Kind: JobKind.Oneshot } => new(BeginHealth(Watchdog.Begin(running, spec, moment.Now), spec, moment), [Inform($"started (pid {spawned.Pid}, attempt {state.Attempt})")]),
            { Ready: ReadyAfter after } => new(running with { ReadyAt = moment.Now.Monotonic + after.Delay },
                [Inform($"started (pid {spawned.Pid}, attempt {state.Attempt}); ready in {InWords.Of(after.Delay)}")]),
            { Ready: ReadyByDescriptor or ReadyByLog } when state.ReadyEarly is { } words =>
                BecomeReady(running, $"started (pid {spawned.Pid}, attempt {state.Attempt}) and ready ({words})", spec, moment),
            { Ready: ReadyByDescriptor { Number: var number } } =>
                new(running, [Inform($"started (pid {spawned.Pid}, attempt {state.Attempt}); ready when it writes a newline to descriptor {number}")]),
            { Ready: ReadyByLog { Pattern: var pattern } } =>
                new(running, [Inform($"started (pid {spawned.Pid}, attempt {state.Attempt}); ready when its output matches {pattern}")]),
            { Ready: ReadyWhenNotified } => new(running, [Inform($"started (pid {spawned.Pid}, attempt {state.Attempt}); ready when it says so (READY=1)")]),
            { Ready: ReadyByProbe { Probe: var probe } } => new(running with { Probing = new() { Due = moment.Now.Monotonic } },
                [Inform($"started (pid {spawned.Pid}, attempt {state.Attempt}); ready when {probe.InWords} passes")]),
            _ => BecomeReady(running, $"started (pid {spawned.Pid}, attempt {state.Attempt})", spec, moment),
        };
    }

    private static Transition BecomeReady(JobState state, string words, JobSpec spec, Moment moment) =>
        new(BeginHealth(Enter(Watchdog.Begin(state with { StartDeadline = null, ReadyAt = null }, spec, moment.Now), Phase.Ready, moment), spec, moment), [Inform(words)]);

    private static Transition OnBecameReady(JobState state, JobEvent.BecameReady shown, JobSpec spec, Moment moment) => state.Phase switch
    {
        Phase.Spawning => Transition.Stay(state with { ReadyEarly = shown.Words }),
        Phase.Running when spec is { Kind: JobKind.Service, Ready: ReadyByDescriptor or ReadyByLog } =>
            BecomeReady(state, $"ready after {InWords.Of(moment.Now.Monotonic - state.AttemptBegan.Monotonic)} ({shown.Words})", spec, moment),
        _ when state.Phase.HasMainProcess() => Transition.Stay(state),
        _ => throw Impossible(state, shown),
    };

    private static Ending TooSlow(JobState state, JobSpec spec) => new(EndingKind.StartTimeout,
        $"{(spec.Kind is JobKind.Oneshot ? "not done" : "not ready")} within its start_timeout of {InWords.Of(spec.StartTimeout ?? default)}"
        + (state.Probing.LastFailure is { } failure ? $" (last probe: {failure})" : ""));
}
