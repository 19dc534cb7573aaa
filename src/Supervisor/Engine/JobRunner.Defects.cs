using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Engine;

// What becomes of a job while handling which something unexpected was thrown.
internal sealed partial class JobRunner
{
    private void Guard<T>(JobSlot slot, T happened, Action<JobSlot, T> handle)
        where T : notnull
    {
#pragma warning disable CA1031 // Nothing that concerns one job may end the supervisor: the job is killed and the defect told.
        try
        {
            handle(slot, happened);
        }
        catch (Exception defect)
        {
            Fault(slot, happened, defect);
        }
#pragma warning restore CA1031
    }

    private void Fault(JobSlot slot, object happened, Exception defect)
    {
        List<IChildProcess> living = [.. slot.Child is { } main ? [main] : Array.Empty<IChildProcess>(), .. slot.Steps.Select(step => step.GiveUp()).OfType<IChildProcess>()];
        slot.Child = null;
        slot.Steps.Clear();
        readiness.Abandon(slot);
        slot.HeldBack.Clear();
        var unkilled = living.Select(Abandon).OfType<string>().FirstOrDefault();
        story.Tell(slot, StoryLevel.Error,
            $"internal error while handling {happened}: {defect.Message}; what runs of it is killed{(unkilled is null ? "" : $" (which failed: {unkilled})")} and it stays down", clock.Now);
        foreach (var spawn in _spawns.Where(entry => entry.Value.Slot == slot).Select(entry => entry.Key).ToList())
        {
            _spawns.Remove(spawn);
        }

        for (var left = _followUps.Count; left > 0; left--)
        {
            var followUp = _followUps.Dequeue();
            if (followUp.Slot != slot)
            {
                _followUps.Enqueue(followUp);
            }
        }

        var (from, old) = (slot.State.Phase, slot.State);
        slot.State = JobState.Initial with
        {
            Phase = Phase.Failed,
            Since = clock.Now,
            Attempt = old.Attempt,
            InvocationId = old.InvocationId,
            Restarts = old.Restarts,
            History = old.History,
            Exits = old.Exits,
        };
        slot.Remark = $"internal error: {defect.Message}";
        slot.Changed = true;
        TrackClearing(slot);
        processes.Forget(slot.Name, old.InvocationId);
        _moves.Enqueue((slot, from));
    }

    // Kills what nobody watches any more; why that failed, in words.
    private static string? Abandon(IChildProcess child)
    {
        try
        {
            child.SignalAll(Signal.Kill);
            return null;
        }
        catch (ErrnoException refused)
        {
            return refused.Message;
        }
        finally
        {
            child.Dispose();
        }
    }
}
