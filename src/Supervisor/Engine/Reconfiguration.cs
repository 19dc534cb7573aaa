using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Puts a new configuration in force: compares, tells the plan, touches only what changed.</summary>
internal sealed class Reconfiguration(
    JobTable table, Dependencies dependencies, ShutdownSequence shutdown, Schedules schedules, OwnHooks own, Turns turns, Func<JobDefinition, JobSpec, JobSlot> newSlot)
{
    private const string Refusal = "the supervisor is stopping: the new configuration was not put in force";

    /// <summary>The configuration in force.</summary>
    public required SupervisorSpec Spec { get; set; }

    /// <summary>Carries out the difference; with DryRun only tells it. One at a time: each is compared with what the one before has put in force.</summary>
    public void Apply(ApplySpec apply, PendingOperation pending)
    {
        if (apply.DryRun)
        {
            pending.Plan = [.. ConfigurationDifference.Between(table, apply.Spec).Plan(table, Spec, apply.Spec)];
        }
        else
        {
            turns.Take(() => Begin(apply, pending), pending, Refusal);
        }
    }

    private void Begin(ApplySpec apply, PendingOperation pending)
    {
        var difference = ConfigurationDifference.Between(table, apply.Spec);
        difference.ToStart.AddRange(difference.Restarting.Where(change => change.IsStarted).Select(change => change.Slot));
        pending.Plan = [.. difference.Plan(table, Spec, apply.Spec)];
        MakeWay(apply, pending, difference);
        if (!apply.Wait)
        {
            pending.AnswerEarly([]);
        }
    }

    private void MakeWay(ApplySpec apply, PendingOperation pending, ConfigurationDifference difference)
    {
        var inTheWay = difference.InTheWay();
        difference.Ran.UnionWith(inTheWay);
        var comeBack = difference.Restarting.Where(change => change.IsStarted).Select(change => change.Slot).ToHashSet();
        inTheWay.ForEach(slot => slot.ComesBack = comeBack.Contains(slot));
        dependencies.Stop(inTheWay, "the configuration has changed");
        pending.Reports = false;
        pending.Await(inTheWay.Select(slot => new PendingOperation.Target(slot, Judgements.Stopped)));
        pending.Then = () => PutInForce(apply, pending, difference);
    }

    private void PutInForce(ApplySpec apply, PendingOperation pending, ConfigurationDifference difference)
    {
        if (shutdown.IsOn)
        {
            pending.Abort(OperationOutcome.Refused, Refusal);
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

        turns.Pass();
    }

    private void Replace(ApplySpec apply, PendingOperation pending, ConfigurationDifference difference)
    {
        if (!Spec.Daemon.Cleanup.Equals(apply.Spec.Daemon.Cleanup))
        {
            own.Owe(apply.Spec.Daemon.Cleanup);
        }

        Spec = apply.Spec;
        shutdown.Limit = apply.Spec.Daemon.StopTimeout;
        difference.Removed.Where(slot => !slot.IsRemoved).ToList().ForEach(slot => slot.Remove());
        foreach (var change in difference.Changed)
        {
            change.Slot.Spec = change.Spec;
            if (change.What.Keys.Contains("log"))
            {
                change.Slot.Log?.Reconfigure(change.Spec.Log);
            }
        }

        var toStart = difference.ToStart.ToHashSet();
        // One that waits for a connection and shall start by itself now.
        toStart.UnionWith(difference.Changed.Where(change => change.Slot.State.Phase is Phase.Listening && change.Spec.Start is StartMode.Auto).Select(change => change.Slot));
        var slots = new List<JobSlot>();
        foreach (var (definition, spec) in difference.Wanted)
        {
            var slot = table.Find(spec.Name);
            if (slot is null or { IsExtra: true })
            {
                slot = newSlot(definition, spec);
                if (spec.Start is not StartMode.Manual)
                {
                    toStart.Add(slot);
                }
            }

            slot.Definition = definition;
            slot.Changed = true;
            slots.Add(slot);
        }

        table.Replace(WithExtras(slots));
        if (apply.Rollback)
        {
            var old = difference.Restarting.Where(change => toStart.Contains(change.Slot)).ToList();
            pending.Then = () => RollBack(old, pending);
        }

        pending.Await(slots.Where(toStart.Contains).Select(slot => new PendingOperation.Target(slot, apply.Wait ? Judgements.Started(slot) : Judgements.Accepted)).ToList());
        foreach (var slot in slots.Where(toStart.Contains))
        {
            dependencies.Start(slot, byHand: true, run: slot.Spec.Start is StartMode.OnDemand && difference.Ran.Contains(slot));
        }

        difference.Changed.ForEach(change => schedules.Look(change.Slot));
        // A wait that depended on something that is gone now may be over.
        foreach (var slot in slots.Where(slot => slot.State.Phase is Phase.Waiting))
        {
            dependencies.Moved(slot, Phase.Waiting);
        }
    }

    private IEnumerable<JobSlot> WithExtras(List<JobSlot> slots)
    {
        var extras = table.All.Where(slot => slot is { IsExtra: true, IsRemoved: false }).ToLookup(slot => slot.Name.Job);
        return extras.Count == 0 ? slots : slots.GroupBy(slot => slot.Name.Job).SelectMany(job => job.Concat(extras[job.Key]));
    }

    // The jobs that did not come up get back what they had; the file keeps what it says, so the next apply shows the difference again.
    private void RollBack(List<SlotChange> old, PendingOperation pending)
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
                schedules.Look(slot);
            }

            table.RebuildGraph();
            pending.Await(slots.Select(slot => new PendingOperation.Target(slot, Judgements.Started(slot))).ToList());
            slots.ForEach(slot => dependencies.Start(slot, byHand: true));
        };
    }

    private static bool IsInForce(SlotChange change) => !change.Slot.IsRemoved && change.Slot.Spec == change.Spec;
}
