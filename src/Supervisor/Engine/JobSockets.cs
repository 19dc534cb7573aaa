using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// Keeps the sockets of each instance in step with its machine: open from the moment it is wanted up, through every restart, until it is stopped for good, has
/// come to its final end, or is gone.
/// </summary>
internal sealed class JobSockets(ISockets sockets, Action<JobSlot, JobEvent> tell)
{
    private readonly Dictionary<long, (JobSlot Slot, Action<SpawnFailure?>? Then)> _opening = [];
    private long _last;

    /// <summary>What a start hands over; null: they have to be opened first, by <see cref="Open"/>.</summary>
    public static Sequence<InheritedDescriptor>? DescriptorsOf(JobSlot slot) => slot.Spec.Sockets.Count == 0 ? [] : slot.Sockets?.Descriptors;

    /// <summary>Opens what is not open; <paramref name="then"/> hears how it went (null: nobody wants to know).</summary>
    public void Open(JobSlot slot, Action<SpawnFailure?>? then)
    {
        slot.Sockets ??= sockets.Of(slot.Name, slot.Spec.Sockets);
        _opening[++_last] = (slot, then);
        slot.Sockets.Open(_last);
    }

    /// <summary>An earlier image had them open: they are taken over, and watched where a connection is waited for.</summary>
    public void GoOn(JobSlot slot)
    {
        if (slot.Spec.Sockets.Count > 0 && !slot.State.Phase.IsAtRest())
        {
            Open(slot, null);
            Look(slot, slot.State.Phase);
        }
    }

    /// <summary>An opening is over.</summary>
    public void Opened(SocketsOpened fact)
    {
        if (_opening.Remove(fact.Request, out var opening))
        {
            opening.Then?.Invoke(fact.Failure);
        }
    }

    /// <summary>An event has been dealt with.</summary>
    public void Look(JobSlot slot, Phase from)
    {
        if (slot.Spec.Sockets.Count == 0 && slot.Sockets is null)
        {
            return;
        }

        var state = slot.State;
        if (slot.Watch is not null && state.Phase is not Phase.Listening)
        {
            slot.Watch = null;
            slot.Sockets?.Unwatch();
        }

        switch (state.Phase)
        {
            case Phase.Listening when slot.Watch is null && state.RetryAt is null:
                Listen(slot);
                break;
            case Phase.Waiting when from is not Phase.Waiting && DescriptorsOf(slot) is null:
                // Early, so that clients can connect while it still waits. What fails here is tried again, and told, at its start.
                Open(slot, null);
                break;
            case Phase.Stopped when slot.StopsForGood:
            case Phase.Completed or Phase.Failed:
                slot.Sockets?.Close();
                break;
        }
    }

    private void Listen(JobSlot slot)
    {
        var watch = new object();
        slot.Watch = watch;
        Open(slot, failure =>
        {
            if (slot.Watch != watch)
            {
                return;
            }

            failure ??= Watch(slot.Sockets!);
            if (failure is not null)
            {
                slot.Watch = null;
                tell(slot, new JobEvent.ListenFailed(failure));
            }
        });
    }

    private static SpawnFailure? Watch(IJobSockets opened)
    {
        try
        {
            opened.Watch();
            return null;
        }
        catch (ErrnoException refused)
        {
            return new(ExecStep.OpenSockets, refused.Number, Errno.Text(refused.Number), refused.Call);
        }
    }
}
