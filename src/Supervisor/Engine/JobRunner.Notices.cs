using Supervisor.Jobs;
using Supervisor.Jobs.Ports;

namespace Supervisor.Engine;

// What jobs tell, and what they are asked.
internal sealed partial class JobRunner
{
    /// <summary>A process of a run has told something.</summary>
    public void Notified(Notified fact)
    {
        if (readiness.OwnerOf(fact.RunId) is { } slot)
        {
            Guard(slot, fact, TakeNotice);
        }
        else
        {
            LateFacts++;
        }

        fact.Taken();
    }

    /// <summary>Everything that a run has told has been dealt with.</summary>
    public void Taken(NotificationsTaken fact)
    {
        if (_spawns.Remove(fact.DrainId, out var owner))
        {
            readiness.Ended(owner.Slot);
            Guard(owner.Slot, "the end of what it tells", (slot, _) => DrainLog(slot));
        }
        else
        {
            LateFacts++;
        }
    }

    /// <summary>A run has shown that it is ready.</summary>
    public void Shown(ShownReady fact)
    {
        if (!_spawns.TryGetValue(fact.SpawnId, out var owner) || owner.Step is not null)
        {
            LateFacts++;
        }
        else if (fact.Ready)
        {
            Apply(owner.Slot, new JobEvent.BecameReady(fact.Words));
        }
        else if (owner.Slot.State.Phase is Phase.Running or Phase.Spawning)
        {
            story.Tell(owner.Slot, StoryLevel.Warning, $"{fact.Words}: nothing will show that it is ready", clock.Now);
        }
    }

    /// <summary>A probe has been answered.</summary>
    public void Answered(ProbeAnswered fact)
    {
        if (readiness.Answered(fact) is { } slot)
        {
            Apply(slot, new JobEvent.Probed(fact.Answer, ByStep: false));
        }
        else
        {
            LateFacts++;
        }
    }

    private void TakeNotice(JobSlot slot, Notified fact)
    {
        var message = fact.Message;
        if (message.MainPid is { } pid && slot.Child is { } child && slot.State.Phase.HasMainProcess() && pid != child.Pid)
        {
            ChangeMain(slot, child, pid);
        }

        ApplyUnguarded(slot, new JobEvent.Notified(message, message.MonotonicMicroseconds is { } since ? clock.OfMonotonic(since) : null));
    }

    private void ChangeMain(JobSlot slot, IChildProcess child, int pid)
    {
        if (child.Succeed(pid, out var refusal) is not { } successor)
        {
            story.Tell(slot, StoryLevel.Warning, $"MAINPID={pid}: {refusal}; the main process is still {child.Pid}", clock.Now);
            return;
        }

        slot.Child = successor;
        slot.Notify?.Follow(successor);
        ApplyUnguarded(slot, new JobEvent.MainChanged(pid));
    }
}
