using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

// What is asked of a run from outside: probes until it is ready, probes of its health after that.
public static partial class JobMachine
{
    // A service is probed for readiness while it is not ready; its health, and that of a oneshot, while it is up.
    private static ProbeSpec? ProbeOf(JobState state, JobSpec spec) => (state.Phase, spec) switch
    {
        (Phase.Running, { Kind: JobKind.Service }) => (spec.Ready as ReadyByProbe)?.Probe,
        (Phase.Running or Phase.Ready, _) => spec.Health?.Probe,
        _ => null,
    };

    private static JobState BeginHealth(JobState state, JobSpec spec, Moment moment) => state with
    {
        Probing = spec.Health is null ? Probing.None : new() { Health = Health.Starting, Due = moment.Now.Monotonic },
    };

    private static Transition AskProbe(JobState state, JobSpec spec, Moment moment)
    {
        if (ProbeOf(state, spec) is not { } probe)
        {
            return Transition.Stay(state with { Probing = Probing.None });
        }

        var asked = state with { Probing = state.Probing.Begin(moment.Now.Monotonic) };
        return probe is ExecProbe exec
            ? new(asked with { StepsRunning = state.StepsRunning + 1 }, [new Effect.RunStep(StepKind.Probe, 0, new(exec.Command, exec.Timeout))])
            : new(asked, [new Effect.AskProbe(probe)]);
    }

    private static Transition OnProbed(JobState state, JobEvent.Probed probed, JobSpec spec, Moment moment)
    {
        var next = probed.ByStep ? state with { StepsRunning = state.StepsRunning - 1 } : state;
        return state.Phase switch
        {
            Phase.Running or Phase.Ready when state.Probing.Began is not null && ProbeOf(state, spec) is { } probe =>
                state.Phase is Phase.Running && spec.Kind is JobKind.Service
                    ? OnReadinessProbed(next, probe, probed.Answer, spec, moment)
                    : OnHealthProbed(next, spec.Health!, probed.Answer, spec, moment),
            // A command that was to be a probe may outlive what it was asked for; then its end is all that counts.
            Phase.Clearing when probed.ByStep => DrainWhenClear(next, moment),
            Phase.Running or Phase.Ready or Phase.Stopping or Phase.Killing or Phase.Clearing => Transition.Stay(next),
            _ => throw Impossible(state, probed),
        };
    }

    private static Transition OnReadinessProbed(JobState state, ProbeSpec probe, ProbeAnswer answer, JobSpec spec, Moment moment)
    {
        var now = moment.Now.Monotonic;
        return answer.Verdict is ProbeVerdict.Passed
            ? BecomeReady(state, $"ready after {InWords.Of(now - state.AttemptBegan.Monotonic)} ({probe.InWords})", spec, moment)
            : Transition.Stay(state with { Probing = state.Probing.Over(probe, answer, now) });
    }

    private static Transition OnHealthProbed(JobState state, HealthSpec health, ProbeAnswer answer, JobSpec spec, Moment moment)
    {
        var (now, before) = (moment.Now.Monotonic, state.Probing);
        var inStartPeriod = now - (state.MainStarted?.Monotonic ?? now) < health.StartPeriod;
        var after = before.Over(health.Probe, answer, now).Count(answer, health, inStartPeriod);
        var next = state with { Probing = after };
        if (after.Health is Health.Unhealthy)
        {
            return BeginStop(next, new(EndingKind.Unhealthy, $"unhealthy: {after.Failures} health probes in a row failed ({health.Probe.InWords}: {answer.Failure})"), spec, moment);
        }

        return new(next, HealthStory(before, after, health, answer));
    }

    // Only what changes is told: a probe that passes every 10 s is no news, and neither is the second failure of three.
    private static ImmutableArray<Effect> HealthStory(Probing before, Probing after, HealthSpec health, ProbeAnswer answer) => (before, after) switch
    {
        ({ Health: Health.Starting }, { Health: Health.Healthy }) => [Inform($"healthy ({health.Probe.InWords})")],
        ({ Failures: > 0 }, { Failures: 0 }) => [Inform($"healthy again after {before.Failures} failed {(before.Failures == 1 ? "probe" : "probes")}")],
        ({ Failures: 0 }, { Failures: 1 }) => [Warn($"health probe failed, 1 of {health.Failures} ({health.Probe.InWords}: {answer.Failure})")],
        ({ LastFailure: null }, _) when answer.Verdict is ProbeVerdict.Unknown => [Warn($"its health cannot be asked: {answer.Failure}")],
        _ => [],
    };
}
