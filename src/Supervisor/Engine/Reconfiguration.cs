using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Puts a new configuration in force: compares, tells the plan, touches only what changed.</summary>
internal sealed class Reconfiguration(JobTable table, Dependencies dependencies, ShutdownSequence shutdown, Func<JobDefinition, JobSpec, JobSlot> newSlot)
{
    /// <summary>The configuration in force.</summary>
    public required SupervisorSpec Spec { get; set; }

    private sealed record Change(JobSlot Slot, JobSpec Was, JobDefinition Definition, JobSpec Spec, SpecChange What);

    /// <summary>Carries out the difference; with DryRun only tells it.</summary>
    public void Apply(ApplySpec apply, PendingOperation pending)
    {
        var wanted = apply.Spec.Jobs.SelectMany(job => Enumerable.Range(0, job.Instances).Select(index => (Definition: job, Spec: job.Instance(index)))).ToList();
        var names = wanted.Select(w => w.Spec.Name).ToHashSet();
        var removed = table.All.Where(slot => !names.Contains(slot.Name)).ToList();
        var added = wanted.Where(w => table.Find(w.Spec.Name) is null).ToList();
        var changed = wanted
            .Select(w => table.Find(w.Spec.Name) is { } slot && SpecChange.Between(slot.Spec, w.Spec) is { } what ? new Change(slot, slot.Spec, w.Definition, w.Spec, what) : null)
            .OfType<Change>().ToList();
        pending.Plan = [.. Plan(apply.Spec, removed, added.Select(a => a.Spec), changed)];
        if (apply.DryRun)
        {
            return;
        }

        var restarting = changed.Where(change => change.What.NeedsRestart).ToList();
        var goingDown = removed.Concat(restarting.Select(change => change.Slot)).Where(slot => !slot.State.Phase.HasNoProcess()).ToList();
        foreach (var change in changed.Where(change => !change.What.NeedsRestart))
        {
            change.Slot.Spec = change.Spec;
        }

        table.RebuildGraph();
        dependencies.Stop(goingDown, "the configuration has changed");
        pending.Reports = false;
        pending.Await(goingDown.Select(slot => new PendingOperation.Target(slot, Judgements.Stopped)));
        pending.Then = () => PutInForce(apply, pending, wanted, removed, restarting);
        if (!apply.Wait)
        {
            pending.AnswerEarly([]);
        }
    }

    /// <summary>Runs another number of instances of a job than the file says, until the next apply. False: refused, and answered.</summary>
    public bool Scale(ScaleJob scale, PendingOperation pending)
    {
        var present = table.Of(scale.Job).OrderBy(slot => slot.Name.Index).ToList();
        if (present.Count == 0 || !present[0].Name.IsNumbered)
        {
            pending.Abort(OperationOutcome.Refused, present.Count == 0
                ? $"scale wants the name of one job, not '{scale.Job}'"
                : $"{scale.Job} has no `instances:` in its configuration, so there is nothing to number: write `instances: 1` and apply, then scale");
            return false;
        }

        var definition = present[0].Definition;
        var leaving = present.Skip(scale.Count).ToList();
        var coming = Enumerable.Range(present.Count, Math.Max(0, scale.Count - present.Count)).Select(index => newSlot(definition, definition.Instance(index))).ToList();
        table.Replace(table.All.Where(slot => slot.Name.Job != scale.Job || slot == present[0]).SelectMany(slot => slot == present[0] ? [.. present, .. coming] : (IEnumerable<JobSlot>)[slot]));
        coming.ForEach(slot => dependencies.Start(slot, byHand: true));
        dependencies.Stop(leaving, $"scaled to {scale.Count}");
        pending.Await(leaving.Select(slot => new PendingOperation.Target(slot, Judgements.Stopped))
            .Concat(coming.Select(slot => new PendingOperation.Target(slot, Judgements.Started(slot)))));
        pending.Then = () =>
        {
            leaving.ForEach(slot => slot.Log?.Close());
            table.Replace(table.All.Where(slot => !leaving.Contains(slot)));
        };
        if (!scale.Wait)
        {
            pending.AnswerEarly([]);
        }

        return true;
    }

    private void PutInForce(
        ApplySpec apply, PendingOperation pending, List<(JobDefinition Definition, JobSpec Spec)> wanted, List<JobSlot> removed, List<Change> restarting)
    {
        if (shutdown.IsOn)
        {
            pending.Abort(OperationOutcome.Refused, "the supervisor is stopping: the new configuration was not put in force");
            return;
        }

        Spec = apply.Spec;
        shutdown.Limit = apply.Spec.Daemon.StopTimeout;
        removed.ForEach(slot => slot.Log?.Close());
        var existing = table.All.ToDictionary(slot => slot.Name);
        var slots = new List<JobSlot>();
        var toStart = restarting.Where(change => change.Spec.Start is StartMode.Auto).Select(change => change.Slot).ToHashSet();
        foreach (var (definition, spec) in wanted)
        {
            if (!existing.TryGetValue(spec.Name, out var slot))
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

        foreach (var change in restarting)
        {
            change.Slot.Spec = change.Spec;
            change.Slot.Log?.Reconfigure(change.Spec.Log);
        }

        table.Replace(slots);
        if (apply.Rollback)
        {
            var old = restarting.Where(change => toStart.Contains(change.Slot)).Select(change => (change.Slot, Spec: change.Was)).ToList();
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
    private void RollBack(List<(JobSlot Slot, JobSpec Spec)> old, PendingOperation pending)
    {
        var failed = old.Where(entry => pending.Results.Any(result => !result.Ok && result.Name == entry.Slot.Name)).ToList();
        if (failed.Count == 0)
        {
            return;
        }

        var slots = failed.Select(entry => entry.Slot).ToList();
        dependencies.Stop(slots, "it does not come up with the new specification: rolled back");
        pending.Await(slots.Select(slot => new PendingOperation.Target(slot, at => Judgements.Stopped(at) is null ? null : new(at.Name, false, PublicStates.Of(at.State.Phase), "rolled back to its old specification", null, null))));
        pending.Then = () =>
        {
            foreach (var (slot, spec) in failed)
            {
                slot.Spec = spec;
                slot.Changed = true;
                slot.Log?.Reconfigure(spec.Log);
            }

            pending.Await(slots.Select(slot => new PendingOperation.Target(slot, Judgements.Started(slot))).ToList());
            slots.ForEach(slot => dependencies.Start(slot, byHand: true));
        };
    }

    private IEnumerable<string> Plan(SupervisorSpec next, List<JobSlot> removed, IEnumerable<JobSpec> added, List<Change> changed)
    {
        foreach (var slot in removed)
        {
            yield return $"{slot.Name}: removed{(slot.State.Phase.HasNoProcess() ? "" : " (is stopped)")}";
        }

        foreach (var change in changed)
        {
            var keys = string.Join(", ", change.What.Keys);
            yield return !change.What.NeedsRestart ? $"{change.Slot.Name}: {keys} changed (takes effect without a restart)"
                : change.Spec.Start is not StartMode.Auto ? $"{change.Slot.Name}: {keys} changed ({(change.Slot.State.Phase.HasNoProcess() ? "stays stopped" : "is stopped: it starts by hand only")})"
                : change.Slot.State.Phase.HasNoProcess() ? $"{change.Slot.Name}: {keys} changed (is started)" : $"{change.Slot.Name}: {keys} changed (is restarted)";
        }

        foreach (var spec in added)
        {
            yield return $"{spec.Name}: new{(spec.Start is StartMode.Auto ? " (is started)" : " (starts by hand only)")}";
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
