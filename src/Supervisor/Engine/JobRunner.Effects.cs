using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Engine;

// How each effect is carried out.
internal sealed partial class JobRunner
{
    private void CarryOut(JobSlot slot, Effect effect)
    {
        switch (effect)
        {
            case Effect.Tell tell:
                story.Tell(slot, tell.Level, tell.Text, clock.Now);
                break;
            case Effect.SpawnMain:
                Start(slot, slot.Spec.Process, null, []);
                break;
            case Effect.RunStep run:
                RunStep(slot, run);
                break;
            case Effect.CancelSteps cancel:
                slot.Steps.ToList().ForEach(step => step.Cancel(cancel.AtOnce));
                break;
            case Effect.SendSignal send:
                SendSignal(slot, send.Signal, send.To);
                break;
            case Effect.SignalAll all:
                SignalAll(slot, all.Signal);
                break;
            case Effect.AskProbe ask:
                readiness.Ask(slot, ask.Probe);
                break;
            case Effect.DrainLog:
                Drain(slot);
                break;
            default:
                throw new InvalidOperationException($"unknown effect {effect}");
        }
    }

    private void RunStep(JobSlot slot, Effect.RunStep run)
    {
        var step = NewStep(slot, run.Kind, run.Step);
        slot.Steps.Add(step);
        StartStep(step);
    }

    private StepRun NewStep(JobSlot slot, StepKind kind, CommandStep step) => new(slot, kind, step, clock, deadlines, StepEnded, Guard)
    {
        Postponed = kind is StepKind.Cleanup ? Postpone : null,
        Again = StartStep,
    };

    private void StartStep(StepRun step)
    {
        var slot = step.Slot;
        var process = step.Kind is StepKind.Cleanup && slot.State.Cleanup is { } owed ? owed.Process : slot.Spec.Process;
        Start(slot, process with { Command = step.Command }, step, CauseFor(slot, step.Kind));
    }

    private void Postpone(StepRun step, SpawnFailure failure, bool isFirst)
    {
        // The last call before execve may have set it: whoever starts after a crash of ours would take the hook for one that has run.
        ledger.Journal.ClearMark(step.Slot.HookMark);
        if (isFirst)
        {
            story.Tell(
                step.Slot, StoryLevel.Warning,
                $"cleanup: {step.Slot.State.Cleanup?.Running?.Hook.ToString() ?? "a hook"} has not been started: {failure}; tried again every second, at most {StepRun.MostRetries} times", clock.Now);
        }
    }

    private static IEnumerable<EnvironmentVariable> CauseFor(JobSlot slot, StepKind kind) => kind switch
    {
        StepKind.OnFailure => ServiceResult.Variables(slot.State.Exits is [var last, ..] ? last : null),
        StepKind.Cleanup => slot.State.Cleanup?.Cause ?? [],
        _ => ServiceResult.MainProcess(slot.State.Pid),
    };

    private void StepEnded(StepRun step, string? failure)
    {
        if (step.Slot.Steps.Remove(step))
        {
            if (step.Kind is StepKind.Reload)
            {
                step.Slot.ReloadFailure = failure;
            }

            _followUps.Enqueue((step.Slot, step.Kind is StepKind.Probe ? new JobEvent.Probed(step.Answer(failure), ByStep: true) : new JobEvent.StepEnded(failure)));
        }
    }

    private void Start(JobSlot slot, ProcessSpec process, StepRun? step, IEnumerable<EnvironmentVariable> more)
    {
        var spawn = ++_lastSpawn;
        _spawns[spawn] = (slot, step);
        if (step is null && JobSockets.DescriptorsOf(slot) is null)
        {
            Sockets.Open(slot, failure => Guard(slot, "its sockets", (_, _) => StartWithSockets(slot, spawn, process, failure)));
            return;
        }

        Start(slot, spawn, process, step, more);
    }

    // Opening may block, so it was done elsewhere; meanwhile the job may have been given up.
    private void StartWithSockets(JobSlot slot, long spawn, ProcessSpec process, SpawnFailure? failure)
    {
        if (failure is not null)
        {
            Refuse(spawn, failure);
        }
        else if (_spawns.ContainsKey(spawn))
        {
            Start(slot, spawn, process, null, []);
        }
    }

    private void Start(JobSlot slot, long spawn, ProcessSpec process, StepRun? step, IEnumerable<EnvironmentVariable> more)
    {
        var failing = ExecStep.OpenStdio;
        Sequence<InheritedDescriptor> inherited;
        try
        {
            slot.Log ??= logs.Open(slot.Name, slot.Spec.Log);
            if (slot.LoggedAttempt != slot.State.Attempt)
            {
                slot.Log.BeginRun(slot.State.Attempt, slot.State.InvocationId);
                slot.LoggedAttempt = slot.State.Attempt;
            }

            failing = ExecStep.InheritedDescriptors;
            more = step is null ? [.. more, .. readiness.Prepare(slot)] : more;
            inherited = step is null
                ? [.. JobSockets.DescriptorsOf(slot) ?? throw new InvalidOperationException("its sockets are open, and are not"), .. JobReadiness.StoredOf(slot), .. readiness.Shows(slot, spawn), .. boards.Prepare(slot)]
                : [];
        }
        catch (ErrnoException refused)
        {
            Refuse(spawn, new(failing, refused.Number, Errno.Text(refused.Number), refused.Call));
            return;
        }

        var request = StartRequests.Of(slot, spawn, process, step?.Kind, inherited, [new("SUPERVISOR_SOCKET", controlSocket), .. more]);
        request = step?.Kind switch
        {
            // A probe that says "OK" every 10 s has no place in the job's log; what it complains about has.
            StepKind.Probe => request with { Stdio = request.Stdio with { Out = StdioTarget.Null } },
            StepKind.Cleanup => request with { Mark = slot.HookMark, OutlivesSupervisor = true },
            _ => request,
        };
        CleanupLedger.WhenWritten(slot, () =>
        {
            Starts.Asked();
            processes.Start(request);
        });
    }

    // As if the spawn thread had said it.
    private void Refuse(long spawn, SpawnFailure failure)
    {
        Starts.Asked();
        inbox.Post(new SpawnReported(spawn, null, failure, TimeSpan.Zero));
    }

    private static void SendSignal(JobSlot slot, Signal signal, SignalTarget to)
    {
        if (slot.Child is { } child)
        {
            Func<Signal, bool> send = to is SignalTarget.Main ? child.Signal : child.SignalAll;
            send(signal);
            // A stopped process would not hear what it was just told.
            send(Signal.Cont);
        }
    }

    private void SignalAll(JobSlot slot, Signal signal)
    {
        if (slot.Child is not { } child)
        {
            return;
        }

        var someone = child.SignalAll(signal);
        if (someone && signal != Signal.Kill)
        {
            child.SignalAll(Signal.Cont);
        }

        if (!someone && slot.State is { Phase: Phase.Clearing, Leftovers: true })
        {
            _followUps.Enqueue((slot, new JobEvent.LeftoversGone()));
        }
    }

    // First what it has told, then what it has written: the record has both.
    private void Drain(JobSlot slot)
    {
        if (slot.Notify is { } notify)
        {
            var taken = ++_lastSpawn;
            _spawns[taken] = (slot, null);
            notify.End(taken);
        }
        else
        {
            DrainLog(slot);
        }
    }

    private void DrainLog(JobSlot slot)
    {
        slot.Child?.Dispose();
        slot.Child = null;
        var spawn = ++_lastSpawn;
        _spawns[spawn] = (slot, null);
        if (slot.Log is { } log)
        {
            log.Drain(spawn);
        }
        else
        {
            inbox.Post(new LogDrained(spawn));
        }
    }
}
