using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Another number of instances than the file says, until the next apply.</summary>
internal sealed class Scaling(JobTable table, Dependencies dependencies, Turns turns, Func<JobDefinition, JobSpec, JobSlot> newSlot)
{
    private const string Refusal = "the supervisor is stopping: nothing was scaled";

    /// <summary>Runs another number of instances of a job than the file says, until the next apply. One of a kind with an apply: in turn with those.</summary>
    public void Scale(ScaleJob scale, PendingOperation pending) => turns.Take(() => Begin(scale, pending), pending, Refusal);

    private void Begin(ScaleJob scale, PendingOperation pending)
    {
        if (table.Of(scale.Job).FirstOrDefault(slot => slot.IsExtra) is { } extra)
        {
            pending.Abort(OperationOutcome.Refused,
                $"{scale.Job} has an extra instance of a rolling restart, {extra.Name}, until {extra.ExtraUntil}: scale it then (`supervisor stop {extra.Name}` ends it now)");
            turns.Pass();
            return;
        }

        var present = table.Of(scale.Job).Where(slot => !slot.IsRemoved).OrderBy(slot => slot.Name.Index).ToList();
        if (present.Count == 0 || !present[0].Name.IsNumbered)
        {
            pending.Abort(OperationOutcome.Refused, present.Count == 0
                ? $"scale wants the name of one job, not '{scale.Job}'"
                : $"{scale.Job} has no `instances:` in its configuration, so there is nothing to number: write `instances: 1` and apply, then scale");
            turns.Pass();
            return;
        }

        if (scale.Count < 1)
        {
            pending.Abort(OperationOutcome.Refused, $"{scale.Job} cannot be scaled to {scale.Count}; `supervisor stop {scale.Job}` stops all its instances");
            turns.Pass();
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
            turns.Pass();
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
            leaving.ForEach(slot => slot.Remove());
            table.Replace(table.All.Where(slot => !leaving.Contains(slot)));
            turns.Pass();
        };
    }
}
