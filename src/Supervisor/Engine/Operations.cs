using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Carries out what people ask for, and answers when it is done.</summary>
internal sealed class Operations(JobTable table, JobRunner runner, Dependencies dependencies, ShutdownSequence shutdown, Reconfiguration reconfiguration, Scaling scaling,
    RollingRestarts rolling, Schedules schedules)
{
    private readonly List<PendingOperation> _pending = [];
    private readonly List<PendingOperation> _undelivered = [];

    /// <summary>Begins an operation.</summary>
    /// <param name="operation">What is asked for.</param>
    /// <param name="answer">Gets the answer.</param>
    /// <param name="closed">Whether an upgrade is about to take place: what has several steps is not begun any more.</param>
    public void Begin(Operation operation, TaskCompletionSource<OperationResult> answer, bool closed = false)
    {
        var pending = new PendingOperation(answer, InWords(operation));
        _undelivered.Add(pending);
        if (closed && operation is RestartJobs or RollingRestart or ScaleJob or ApplySpec { DryRun: false })
        {
            pending.Abort(OperationOutcome.Refused, "the supervisor is about to be upgraded: ask again in a moment");
            return;
        }

        if (shutdown.IsOn && operation is StartJobs or RestartJobs or RollingRestart or ScaleJob or ReloadJobs or RunJobsNow or ApplySpec)
        {
            pending.Abort(OperationOutcome.Refused, "the supervisor is stopping: nothing is started any more");
            return;
        }

        var (slots, unknown) = table.Select(operation.Jobs, extras: operation is StopJobs or SignalJobs or ReloadJobs or RegisterHook);
        if (unknown is not null)
        {
            pending.Abort(OperationOutcome.NoSuchJob, $"no such job: '{unknown}'");
            return;
        }

        if (operation is StartJobs or RestartJobs or RollingRestart or RunJobsNow && slots.FirstOrDefault(slot => slot.IsExtra) is { } extra)
        {
            pending.Abort(OperationOutcome.Refused, $"{extra.Name} is the extra instance of a rolling restart: it stops when {extra.ExtraUntil}, or by `supervisor stop {extra.Name}`");
            return;
        }

        if (!Guard(pending, () => !Carry(operation, slots, pending)))
        {
            _pending.Add(pending);
        }
    }

    /// <summary>Something has changed: looks who is done.</summary>
    public void Advance() => _pending.RemoveAll(pending => Guard(pending, pending.Advance));

    /// <summary>Hands out the answers that are decided.</summary>
    public void Deliver() => _undelivered.RemoveAll(pending => pending.TryDeliver());

    /// <summary>An operation with steps to come that nobody else knows of, in words; null: there is none.</summary>
    public string? UnderWay() => _pending.Find(pending => pending.HasMore)?.Name;

    /// <summary>The image is exchanged: who waits is told; what he asked for goes on.</summary>
    public void Interrupt()
    {
        foreach (var pending in _pending)
        {
            pending.Abort(OperationOutcome.Failed, "the supervisor is being upgraded while this is under way; it goes on (`supervisor wait` waits for it, `supervisor status` shows it)");
        }

        _pending.Clear();
    }

    /// <summary>The supervisor is through: nobody waits any longer.</summary>
    public void Close()
    {
        foreach (var pending in _pending)
        {
            if (!pending.Advance())
            {
                pending.Abort(OperationOutcome.Failed, "the supervisor has stopped");
            }
        }

        _pending.Clear();
    }

    // What somebody asks for must not end the supervisor, whatever is wrong with it; he is told.
    private static bool Guard(PendingOperation pending, Func<bool> step)
    {
#pragma warning disable CA1031 // A defect in one operation is its own failure, not the loop's.
        try
        {
            return step();
        }
        catch (Exception defect)
        {
            pending.Abort(OperationOutcome.Failed, $"internal error: {defect.Message}");
            return true;
        }
#pragma warning restore CA1031
    }

    private bool Carry(Operation operation, IReadOnlyList<JobSlot> slots, PendingOperation pending)
    {
        switch (operation)
        {
            case StartJobs:
                // "All" means all that start by themselves: a manual job wants its name.
                Start(operation.Jobs.IsEmpty ? [.. slots.Where(slot => slot.Spec.Start is not StartMode.Manual)] : slots, pending, operation.Wait, run: !operation.Jobs.IsEmpty);
                return true;
            case StopJobs stop:
                return Stop(slots, stop, pending);
            case RestartJobs restart:
                Restart(slots.Where(slot => !restart.OnlyRunning || !slot.State.Phase.IsAtRest()).ToList(), pending, operation.Wait);
                return true;
            case RollingRestart:
                rolling.Begin(slots, pending, operation.Wait);
                return true;
            case RunJobsNow:
                RunNow(slots, pending, operation.Wait);
                return true;
            case ScaleJob scale:
                scaling.Scale(scale, pending);
                return true;
            case SignalJobs send:
                pending.Await(slots.Select(slot => new PendingOperation.Target(slot, _ => SendSignal(slot, send))));
                return true;
            case ReloadJobs:
                Reload(slots, pending, operation.Wait);
                return true;
            case RegisterHook register:
                return Register(slots, register, pending);
            case WaitForJobs wait:
                pending.Await(slots.Select(slot => new PendingOperation.Target(slot, Judgements.Came(slot, wait.For))));
                return true;
            case ApplySpec apply:
                reconfiguration.Apply(apply, pending);
                return true;
            case ShutDown down:
                shutdown.Begin("shutdown requested", down.Immediate);
                pending.Await(down.Wait ? Targets(table.All, _ => Judgements.Stopped) : []);
                return true;
            default:
                throw new InvalidOperationException($"unknown operation {operation}");
        }
    }

    // Who names a job that starts on demand wants it to run; a job with a schedule only waits for its time.
    private void Start(IReadOnlyList<JobSlot> slots, PendingOperation pending, bool wait, bool run = true)
    {
        var targets = Targets(slots, slot => wait ? Judgements.Started(slot) : Judgements.Accepted).ToList();
        foreach (var slot in slots)
        {
            dependencies.Start(slot, byHand: true, run: run && slot.Spec.Start is StartMode.OnDemand);
        }

        pending.Await(targets);
    }

    private void RunNow(IReadOnlyList<JobSlot> slots, PendingOperation pending, bool wait)
    {
        // Judged before: what is on its way then is not the run that was asked for.
        var targets = slots.Select(slot => (Slot: slot, Judge: wait ? Judgements.Ran(slot) : Judgements.Accepted)).ToList();
        pending.Await([.. targets.Select(target => schedules.RunNow(target.Slot) is { } refusal
            ? new PendingOperation.Target(target.Slot, slot => Judgements.Refused(slot, refusal))
            : new PendingOperation.Target(target.Slot, target.Judge))]);
    }

    private bool Stop(IReadOnlyList<JobSlot> slots, StopJobs stop, PendingOperation pending)
    {
        if (stop.WithDependents)
        {
            var all = table.Graph.WithDependents(slots.Select(slot => slot.Name.Job)).ToHashSet();
            slots = table.All.Where(slot => slots.Contains(slot) || (all.Contains(slot.Name.Job) && !slots.Any(s => s.Name.Job == slot.Name.Job))).ToList();
        }
        else if (Needed(slots) is { } refusal)
        {
            pending.Abort(OperationOutcome.Refused, refusal);
            return false;
        }

        slots.ToList().ForEach(slot => slot.ComesBack = false);
        dependencies.Stop(slots, "stopped by request", forGood: true);
        pending.Await(Targets(slots, _ => stop.Wait ? Judgements.Stopped : Judgements.Accepted));
        return true;
    }

    // Another instance of the same job that stays up keeps its dependents served no worse than before: only the last one is refused.
    private string? Needed(IReadOnlyList<JobSlot> slots)
    {
        var set = slots.ToHashSet();
        foreach (var slot in slots.Where(slot => !slot.State.Phase.IsAtRest()))
        {
            var users = table.DependentsOf(slot).Where(user => !set.Contains(user) && !user.State.Phase.HasNoProcess()).ToList();
            if (users.Count > 0 && table.Wanted(slot.Name.Job).All(set.Contains))
            {
                var names = string.Join(", ", users.Select(user => $"{user.Name} ({PublicStates.Of(user.State.Phase).Word()})"));
                return $"{slot.Name} is needed by {names}; nothing was stopped. `supervisor stop {slot.Name} --with-dependents` stops them too";
            }
        }

        return null;
    }

    private void Restart(IReadOnlyList<JobSlot> slots, PendingOperation pending, bool wait)
    {
        var running = slots.Where(slot => !slot.State.Phase.HasNoProcess()).ToList();
        running.ToList().ForEach(slot => slot.ComesBack = true);
        dependencies.Stop(running, "restart by request");
        pending.Reports = false;
        pending.Await(Targets(running, _ => Judgements.Stopped));
        pending.Then = () =>
        {
            // What somebody has stopped while it was going down stays so.
            var stopped = running.Where(slot => slot is { ComesBack: false, State.Goal: Goal.Down }).ToList();
            stopped.ForEach(slot => pending.Report(Judgements.Refused(slot, "was stopped meanwhile")));
            Start([.. slots.Except(stopped)], pending, wait);
        };
        if (!wait)
        {
            // The answer goes out now; the start still follows the stop.
            pending.AnswerEarly(slots.Select(Judgements.Accepted).OfType<InstanceResult>().ToImmutableArray());
        }
    }

    private static InstanceResult SendSignal(JobSlot slot, SignalJobs send)
    {
        var state = PublicStates.Of(slot.State.Phase);
        if (slot.Child is not { } child || !slot.State.Phase.HasMainProcess())
        {
            return new(slot.Name, false, state, $"has no running process to send {send.Signal} to ({state.Word()})", null, null);
        }

        bool sent;
        try
        {
            sent = send.To is SignalTarget.Main ? child.Signal(send.Signal) : child.SignalAll(send.Signal);
        }
        catch (ErrnoException refused)
        {
            return new(slot.Name, false, state, refused.Message, null, null);
        }

        return sent
            ? new(slot.Name, true, state, $"{send.Signal} sent to {(send.To is SignalTarget.Main ? $"pid {child.Pid}" : $"the group of pid {child.Pid}")}", null, null)
            : new(slot.Name, false, state, "has just ended", null, null);
    }

    private void Reload(IReadOnlyList<JobSlot> slots, PendingOperation pending, bool wait)
    {
        var targets = new List<PendingOperation.Target>();
        foreach (var slot in slots)
        {
            var refusal = slot.Spec.Reload is null ? "has no `reload:` in its configuration"
                : !slot.State.Phase.IsUp() ? $"is not running ({PublicStates.Of(slot.State.Phase).Word()})" : null;
            if (refusal is null)
            {
                slot.ReloadFailure = null;
                runner.Apply(slot, new JobEvent.Reload());
            }

            targets.Add(new(slot, at => refusal is not null ? new(at.Name, false, PublicStates.Of(at.State.Phase), refusal, null, null)
                : wait ? Judgements.Reloaded(at) : Judgements.Accepted(at)));
        }

        pending.Await(targets);
    }

    private bool Register(IReadOnlyList<JobSlot> slots, RegisterHook register, PendingOperation pending)
    {
        if (register.Invocation is { } invocation)
        {
            slots = slots.Where(slot => slot.State.InvocationId == invocation).ToList();
        }

        if (slots is not [var slot])
        {
            pending.Abort(OperationOutcome.Refused, register.Invocation is null || slots.Count > 0
                ? "a cleanup hook is registered for one instance: name it, such as web@2"
                : "nothing registered: this attempt is over, or not one of this supervisor");
            return false;
        }

        if (slot.State.Phase.HasNoProcess() || slot.State.Phase is Phase.GivingUp)
        {
            pending.Abort(OperationOutcome.Refused, $"nothing registered: {slot.Name} does not run ({PublicStates.Of(slot.State.Phase).Word()}), so there is no end to clean up after");
            return false;
        }

        if (slot.State.Cleanup is { Registered: >= OwedCleanup.Most })
        {
            pending.Abort(OperationOutcome.Refused, $"nothing registered: attempt {slot.State.Attempt} of {slot.Name} has {OwedCleanup.Most} cleanup hooks already, which is the limit");
            return false;
        }

        InstanceResult? result = null;
        var attempt = slot.State.Attempt;
        runner.Register(slot, new(register.Hook), problem => result = new(slot.Name, true, PublicStates.Of(slot.State.Phase), problem is null
            ? $"cleanup hook registered for attempt {attempt}: {register.Hook}"
            : $"cleanup hook registered for attempt {attempt}, but NOT on disk (forgotten if the supervisor is killed): {problem}", null, null));
        pending.Await([new(slot, _ => result)]);
        return true;
    }

    private static string InWords(Operation operation)
    {
        var word = operation switch
        {
            RestartJobs => "a restart",
            RollingRestart => "a rolling restart",
            ScaleJob => "scaling",
            ApplySpec => "a change of the configuration",
            _ => "an operation",
        };
        return operation.Jobs.IsEmpty ? word : $"{word} of {string.Join(", ", operation.Jobs)}";
    }

    private static IEnumerable<PendingOperation.Target> Targets(
        IEnumerable<JobSlot> slots, Func<JobSlot, Func<JobSlot, InstanceResult?>> judge) =>
        slots.Select(slot => new PendingOperation.Target(slot, judge(slot)));
}
