using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Puts a new configuration in force: compares, tells the plan, touches only what changed.</summary>
internal sealed class Reconfiguration(JobTable table, Dependencies dependencies, ShutdownSequence shutdown, Func<JobDefinition, JobSpec, JobSlot> newSlot)
{
    private readonly Queue<(Action Begin, PendingOperation Pending)> _waiting = new();
    private bool _isBusy;

    /// <summary>The configuration in force.</summary>
    public required SupervisorSpec Spec { get; set; }

    private sealed record Change(JobSlot Slot, JobSpec Was, JobSpec Spec, SpecChange What);

    private sealed record Difference(
        List<(JobDefinition Definition, JobSpec Spec)> Wanted, List<JobSlot> Removed, List<JobSpec> Added, List<Change> Changed)
    {
        public List<JobSlot> ToStart { get; } = [];

        public IEnumerable<Change> Restarting => Changed.Where(change => change.What.NeedsRestart);

        /// <summary>What has to come to rest first: what goes for good, and what runs as the old configuration says.</summary>
        public List<JobSlot> InTheWay() =>
            [.. Removed.Where(slot => !slot.State.Phase.IsAtRest()), .. Restarting.Select(change => change.Slot).Where(slot => !slot.State.Phase.HasNoProcess())];
    }

    /// <summary>Carries out the difference; with DryRun only tells it. One at a time: each is compared with what the one before has put in force.</summary>
    public void Apply(ApplySpec apply, PendingOperation pending)
    {
        if (apply.DryRun)
        {
            pending.Plan = [.. Plan(apply.Spec, Compare(apply.Spec))];
        }
        else
        {
            InTurn(() => Begin(apply, pending), pending);
        }
    }

    private void InTurn(Action begin, PendingOperation pending)
    {
        if (_isBusy)
        {
            pending.IsHeld = true;
            _waiting.Enqueue((begin, pending));
            return;
        }

        _isBusy = true;
        begin();
    }

    private void NextTurn()
    {
        _isBusy = false;
        while (!_isBusy && _waiting.TryDequeue(out var next))
        {
            if (shutdown.IsOn)
            {
                Refuse(next.Pending);
                continue;
            }

            _isBusy = true;
            next.Pending.IsHeld = false;
            next.Begin();
        }
    }

    private void Begin(ApplySpec apply, PendingOperation pending)
    {
        var difference = Compare(apply.Spec);
        difference.ToStart.AddRange(difference.Restarting.Where(change => change.Spec.Start is StartMode.Auto).Select(change => change.Slot));
        pending.Plan = [.. Plan(apply.Spec, difference)];
        MakeWay(apply, pending, difference);
        if (!apply.Wait)
        {
            pending.AnswerEarly([]);
        }
    }

    /// <summary>Runs another number of instances of a job than the file says, until the next apply. One of a kind with an apply: in turn with those.</summary>
    public void Scale(ScaleJob scale, PendingOperation pending) => InTurn(() => BeginScale(scale, pending), pending);

    private void BeginScale(ScaleJob scale, PendingOperation pending)
    {
        var present = table.Of(scale.Job).OrderBy(slot => slot.Name.Index).ToList();
        if (present.Count == 0 || !present[0].Name.IsNumbered)
        {
            pending.Abort(OperationOutcome.Refused, present.Count == 0
                ? $"scale wants the name of one job, not '{scale.Job}'"
                : $"{scale.Job} has no `instances:` in its configuration, so there is nothing to number: write `instances: 1` and apply, then scale");
            NextTurn();
            return;
        }

        var definition = present[0].Definition;
        var leaving = present.Skip(scale.Count).ToList();
        var coming = Enumerable.Range(present.Count, Math.Max(0, scale.Count - present.Count)).Select(index => newSlot(definition, definition.Instance(index))).ToList();
        table.Replace(table.All.Where(slot => slot.Name.Job != scale.Job || slot == present[0]).SelectMany(slot => slot == present[0] ? [.. present, .. coming] : (IEnumerable<JobSlot>)[slot]));
        coming.ForEach(slot => dependencies.Start(slot, byHand: true));
        pending.Await(coming.Select(slot => new PendingOperation.Target(slot, Judgements.Started(slot))));
        if (leaving.Count > 0)
        {
            Leave(leaving, $"scaled to {scale.Count}", pending);
        }
        else
        {
            NextTurn();
        }

        if (!scale.Wait)
        {
            pending.AnswerEarly([]);
        }
    }

    private void Leave(List<JobSlot> leaving, string reason, PendingOperation pending)
    {
        dependencies.Stop(leaving, reason);
        pending.Reports = false;
        pending.Await(leaving.Select(slot => new PendingOperation.Target(slot, Judgements.Stopped)));
        pending.Then = () =>
        {
            if (leaving.Exists(slot => !slot.State.Phase.IsAtRest()))
            {
                // Somebody has started it meanwhile.
                Leave(leaving, reason, pending);
                return;
            }

            pending.Await(leaving.Select(slot => new PendingOperation.Target(slot, Judgements.Stopped)));
            Remove(leaving);
            table.Replace(table.All.Where(slot => !leaving.Contains(slot)));
            NextTurn();
        };
    }

    private static void Remove(List<JobSlot> slots)
    {
        foreach (var slot in slots)
        {
            slot.IsRemoved = true;
            slot.Changed = true;
            slot.Log?.Close();
            slot.CloseMemory();
        }
    }

    private Difference Compare(SupervisorSpec next)
    {
        var wanted = next.Jobs.SelectMany(job => Enumerable.Range(0, job.Instances).Select(index => (Definition: job, Spec: job.Instance(index)))).ToList();
        var names = wanted.Select(w => w.Spec.Name).ToHashSet();
        return new(
            wanted,
            table.All.Where(slot => !names.Contains(slot.Name)).ToList(),
            wanted.Where(w => table.Find(w.Spec.Name) is null).Select(w => w.Spec).ToList(),
            wanted.Select(w => table.Find(w.Spec.Name) is { } slot && SpecChange.Between(slot.Spec, w.Spec) is { } what ? new Change(slot, slot.Spec, w.Spec, what) : null)
                .OfType<Change>().ToList());
    }

    private void MakeWay(ApplySpec apply, PendingOperation pending, Difference difference)
    {
        var inTheWay = difference.InTheWay();
        dependencies.Stop(inTheWay, "the configuration has changed");
        pending.Reports = false;
        pending.Await(inTheWay.Select(slot => new PendingOperation.Target(slot, Judgements.Stopped)));
        pending.Then = () => PutInForce(apply, pending, difference);
    }

    private void PutInForce(ApplySpec apply, PendingOperation pending, Difference difference)
    {
        if (shutdown.IsOn)
        {
            Refuse(pending);
        }
        else if (difference.InTheWay() is { Count: > 0 } again)
        {
            // Somebody has started them meanwhile.
            difference.ToStart.AddRange(again.Where(slot => !difference.Removed.Contains(slot)));
            MakeWay(apply, pending, difference);
            return;
        }
        else
        {
            Replace(apply, pending, difference);
        }

        NextTurn();
    }

    private static void Refuse(PendingOperation pending) =>
        pending.Abort(OperationOutcome.Refused, "the supervisor is stopping: the new configuration was not put in force");

    private void Replace(ApplySpec apply, PendingOperation pending, Difference difference)
    {
        Spec = apply.Spec;
        shutdown.Limit = apply.Spec.Daemon.StopTimeout;
        Remove(difference.Removed);
        foreach (var change in difference.Changed)
        {
            change.Slot.Spec = change.Spec;
            if (change.What.Keys.Contains("log"))
            {
                change.Slot.Log?.Reconfigure(change.Spec.Log);
            }
        }

        var toStart = difference.ToStart.ToHashSet();
        var slots = new List<JobSlot>();
        foreach (var (definition, spec) in difference.Wanted)
        {
            var slot = table.Find(spec.Name);
            if (slot is null)
            {
                slot = newSlot(definition, spec);
                if (spec.Start is StartMode.Auto)
                {
                    toStart.Add(slot);
                }
            }

            slot.Definition = definition;
            slot.Changed = true;
            slots.Add(slot);
        }

        table.Replace(slots);
        if (apply.Rollback)
        {
            var old = difference.Restarting.Where(change => toStart.Contains(change.Slot)).ToList();
            pending.Then = () => RollBack(old, pending);
        }

        pending.Await(slots.Where(toStart.Contains).Select(slot => new PendingOperation.Target(slot, apply.Wait ? Judgements.Started(slot) : Judgements.Accepted)).ToList());
        foreach (var slot in slots.Where(toStart.Contains))
        {
            dependencies.Start(slot, byHand: true);
        }

        // A wait that depended on something that is gone now may be over.
        foreach (var slot in slots.Where(slot => slot.State.Phase is Phase.Waiting))
        {
            dependencies.Moved(slot, Phase.Waiting);
        }
    }

    // The jobs that did not come up get back what they had; the file keeps what it says, so the next apply shows the difference again.
    private void RollBack(List<Change> old, PendingOperation pending)
    {
        // What another apply has changed or removed since is not ours to take back.
        var failed = old.Where(entry => pending.Results.Any(result => !result.Ok && result.Name == entry.Slot.Name) && IsInForce(entry)).ToList();
        if (failed.Count == 0)
        {
            return;
        }

        var slots = failed.Select(entry => entry.Slot).ToList();
        dependencies.Stop(slots, "it does not come up with the new specification: rolled back");
        pending.Await(slots.Select(slot => new PendingOperation.Target(slot, at => Judgements.Stopped(at) is null ? null : new(at.Name, false, PublicStates.Of(at.State.Phase), "rolled back to its old specification", null, null))));
        pending.Then = () =>
        {
            foreach (var (slot, was, _, _) in failed.Where(IsInForce))
            {
                slot.Spec = was;
                slot.Changed = true;
                slot.Log?.Reconfigure(was.Log);
            }

            table.RebuildGraph();
            pending.Await(slots.Select(slot => new PendingOperation.Target(slot, Judgements.Started(slot))).ToList());
            slots.ForEach(slot => dependencies.Start(slot, byHand: true));
        };
    }

    private static bool IsInForce(Change change) => !change.Slot.IsRemoved && change.Slot.Spec == change.Spec;

    private IEnumerable<string> Plan(SupervisorSpec next, Difference difference)
    {
        foreach (var slot in difference.Removed)
        {
            yield return $"{slot.Name}: removed{(slot.State.Phase.HasNoProcess() ? "" : " (is stopped)")}";
        }

        foreach (var change in difference.Changed)
        {
            var keys = string.Join(", ", change.What.Keys);
            yield return !change.What.NeedsRestart ? $"{change.Slot.Name}: {keys} changed (takes effect without a restart)"
                : change.Spec.Start is not StartMode.Auto ? $"{change.Slot.Name}: {keys} changed ({(change.Slot.State.Phase.HasNoProcess() ? "stays stopped" : "is stopped: it starts by hand only")})"
                : change.Slot.State.Phase.HasNoProcess() ? $"{change.Slot.Name}: {keys} changed (is started)" : $"{change.Slot.Name}: {keys} changed (is restarted)";
        }

        foreach (var spec in difference.Added)
        {
            yield return $"{spec.Name}: new{(spec.Start is StartMode.Auto ? " (is started)" : " (starts by hand only)")}";
        }

        foreach (var line in RegionPlan.Lines(table.All, difference.Wanted.Select(wanted => wanted.Spec)))
        {
            yield return line;
        }

        var (old, @new) = (Spec.Daemon, next.Daemon);
        if (old with { StopTimeout = @new.StopTimeout } != @new)
        {
            yield return "supervisor: directories, control or forward_signals changed (takes effect when the supervisor itself is restarted)";
        }
        else if (old != @new)
        {
            yield return $"supervisor: stop_timeout is {InWords.Of(@new.StopTimeout)} now";
        }
    }
}
