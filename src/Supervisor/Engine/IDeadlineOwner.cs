namespace Supervisor.Engine;

/// <summary>Something with a deadline in its state. The heap only remembers whom to ask: the owner's own value decides.</summary>
internal interface IDeadlineOwner
{
    /// <summary>When it wants to be told, on the monotonic clock; null: never.</summary>
    TimeSpan? Deadline { get; }

    /// <summary>The heap's note of the entry that stands for it; only the heap writes it.</summary>
    TimeSpan? QueuedFor { get; set; }

    /// <summary>Its deadline has come.</summary>
    void DeadlineCame();
}
