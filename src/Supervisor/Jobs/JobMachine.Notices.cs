using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

// What a run tells of itself by sd_notify(3).
public static partial class JobMachine
{
    private static readonly TimeSpan _longestStopExtension = TimeSpan.FromHours(1);

    private static Transition OnNotified(JobState state, JobEvent.Notified told, JobSpec spec, Moment moment)
    {
        if (!state.Phase.HasMainProcess() && state.Phase is not (Phase.Clearing or Phase.Draining))
        {
            throw Impossible(state, told);
        }

        var message = told.Message;
        var next = Extend(Note(state, message, spec, moment), message.Extend, moment.Now.Monotonic);
        if (!state.Phase.IsUp())
        {
            return Transition.Stay(next);
        }

        if (message.Trigger)
        {
            return EndByWatchdog(next, new(EndingKind.Watchdog, "it has found itself broken (WATCHDOG=trigger)"), moment);
        }

        var (effects, reloading) = (ImmutableArray<Effect>.Empty, Reload(next, message, told.ReloadingSince));
        next = reloading.Next;
        effects = effects.AddRange(reloading.Effects);
        if (message.Ready && next is { Phase: Phase.Running } && spec is { Kind: JobKind.Service, Ready: ReadyWhenNotified })
        {
            var ready = BecomeReady(next, $"ready after {InWords.Of(moment.Now.Monotonic - state.AttemptBegan.Monotonic)} (it says so)", spec, moment);
            (next, effects) = (ready.Next, effects.AddRange(ready.Effects));
        }

        if (!message.Stopping)
        {
            return new(next, effects);
        }

        var leaving = LeaveByItself(next, spec, moment);
        return leaving with { Effects = effects.AddRange(leaving.Effects) };
    }

    private static Transition OnMainChanged(JobState state, JobEvent.MainChanged changed) => state.Phase.HasMainProcess()
        ? new(state with { Pid = changed.Pid }, [Inform($"its main process is {changed.Pid} now (was {state.Pid})")])
        : throw Impossible(state, changed);

    private static JobState Note(JobState state, Notification message, JobSpec spec, Moment moment)
    {
        var said = state.Said with
        {
            Status = message.Status switch { null => state.Said.Status, "" => null, var line => line },
            Errno = message.Errno ?? state.Said.Errno,
            ExitStatus = message.ExitStatus ?? state.Said.ExitStatus,
            WatchdogTime = message.WatchdogTime ?? state.Said.WatchdogTime,
        };
        var next = state with { Said = said };
        // One that is watched already, or is as far as that, counts from now.
        return message.WatchdogTime is not null && (state.Phase is Phase.Ready || (state.Phase is Phase.Running && spec.Kind is JobKind.Oneshot))
            ? Watchdog.Begin(next, spec, moment.Now)
            : next;
    }

    // As systemd has it: at least until so long from now, and never earlier than the limit that stands. A message that comes after that limit finds
    // another phase.
    private static JobState Extend(JobState state, TimeSpan? by, TimeSpan now)
    {
        if (by is not { } more)
        {
            return state;
        }

        TimeSpan? Later(TimeSpan? limit) => limit is not { } at || more == TimeSpan.MaxValue ? null : now + more > at ? now + more : at;
        return state.Phase switch
        {
            Phase.Running => state with { StartDeadline = Later(state.StartDeadline), RuntimeDeadline = Later(state.RuntimeDeadline) },
            Phase.Ready => state with { RuntimeDeadline = Later(state.RuntimeDeadline), Said = state.Said with { ReloadDeadline = Later(state.Said.ReloadDeadline) } },
            // What has missed its watchdog is not to be believed; and every stop has an end, so "for ever" is nothing that can be asked for here.
            Phase.Stopping when state.Ending is not { Kind: EndingKind.Watchdog } && more <= _longestStopExtension =>
                state with { StepDeadline = Later(state.StepDeadline) },
            _ => state,
        };
    }

    private static Transition Reload(JobState state, Notification message, TimeSpan? since)
    {
        var (next, effects) = (state, ImmutableArray<Effect>.Empty);
        // One that began before it was asked is about an earlier signal.
        if (message.Reloading && !state.Said.IsReloading && !(since < state.Said.ReloadAsked))
        {
            next = next with { Said = next.Said with { IsReloading = true } };
            effects = [Inform("reloading")];
        }

        if (message.Ready && next.Said.IsReloading)
        {
            next = next with { Said = next.Said.Reloaded };
            effects = effects.Add(Inform("reloaded"));
        }

        return new(next, effects);
    }

    private static Transition ReloadTookTooLong(JobState state, JobSpec spec)
    {
        var failure = $"has not confirmed its reload within {InWords.Of(spec.Reload?.ConfirmedWithin ?? default)}";
        return new(state with { Said = state.Said.Reloaded with { ReloadFailure = failure } }, [Warn($"it {failure}; it goes on as it is")]);
    }

    // It needs no signal; what it leaves undone in the time of the first step is done by the steps of its stop. Its end is its own: the policy decides.
    private static Transition LeaveByItself(JobState state, JobSpec spec, Moment moment)
    {
        var patience = spec.Stop.Steps[0].Wait is { Ticks: > 0 } wait ? wait : StopSpec.Default.Steps[0].Wait;
        var stopping = state with
        {
            Ending = new(EndingKind.ByItself, "it is ending by itself and takes long"),
            StartDeadline = null,
            ReadyAt = null,
            RuntimeDeadline = null,
            Probing = state.Probing.Ended(),
            Step = -1,
            StepDeadline = moment.Now.Monotonic + patience,
        };
        return new(Enter(stopping, Phase.Stopping, moment), [Inform($"it is ending by itself (STOPPING=1); it has {InWords.Of(patience)} before it is asked to")]);
    }
}
