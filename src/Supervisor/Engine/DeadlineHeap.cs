namespace Supervisor.Engine;

/// <summary>
/// All deadlines of the engine in one heap. Entries are not removed when a deadline moves; they are checked against the owner when they surface,
/// so that a change costs at most one insertion and a deadline that has gone wakes nobody.
/// </summary>
internal sealed class DeadlineHeap
{
    private readonly PriorityQueue<IDeadlineOwner, TimeSpan> _heap = new();

    /// <summary>Notes that the owner's deadline may have changed.</summary>
    public void Update(IDeadlineOwner owner)
    {
        if (owner.Deadline is { } at && (owner.QueuedFor is null || at < owner.QueuedFor))
        {
            owner.QueuedFor = at;
            _heap.Enqueue(owner, at);
        }
    }

    /// <summary>The earliest deadline that still stands; null: none.</summary>
    public TimeSpan? Next()
    {
        while (_heap.TryPeek(out var owner, out var at))
        {
            if (owner.QueuedFor == at && owner.Deadline == at)
            {
                return at;
            }

            _heap.Dequeue();
            Requeue(owner, at);
        }

        return null;
    }

    /// <summary>Tells every owner whose deadline is not later than <paramref name="now"/>.</summary>
    public void FireDue(TimeSpan now)
    {
        while (Next() is { } at && at <= now)
        {
            var owner = _heap.Dequeue();
            owner.QueuedFor = null;
            owner.DeadlineCame();
            Update(owner);
        }
    }

    private void Requeue(IDeadlineOwner owner, TimeSpan surfaced)
    {
        // An entry that an earlier one has replaced is just forgotten.
        if (owner.QueuedFor == surfaced)
        {
            owner.QueuedFor = null;
            Update(owner);
        }
    }
}
