using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>What the journal knows of one attempt that still owes something.</summary>
public sealed record OwedEntry
{
    /// <summary>Invocation id of the attempt.</summary>
    public required string Id { get; init; }

    /// <summary>Whose; null: the supervisor's own.</summary>
    public required InstanceName? Name { get; init; }

    /// <summary>Number of the attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it began, by the wall clock.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>As what its hooks run.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>Hooks that have not been told as ended, oldest first; the one that has begun is among them.</summary>
    public required Sequence<OwedHook> Hooks { get; init; }

    /// <summary>How many were ever registered.</summary>
    public required int Registered { get; init; }

    /// <summary>Its main process; null: it never ran, or is not known.</summary>
    public ProcessIdentity? Main { get; init; }

    /// <summary>How it ended; null: nobody knows.</summary>
    public Sequence<EnvironmentVariable>? Cause { get; init; }

    /// <summary>Whether it was called off before anything of it ran.</summary>
    public bool CalledOff { get; init; }

    /// <summary>The hook that has begun; null: none has.</summary>
    public CleanupRecord.HookBegan? Begun { get; init; }

    /// <summary>Whether the mark of <see cref="Begun"/> shows that it was started: then it is not started again.</summary>
    public bool BegunWasStarted { get; init; }

    /// <summary>The records that make it.</summary>
    public IEnumerable<CleanupRecord> Records()
    {
        // Numbers of hooks that are done must not be given again, so what is left is registered by number.
        yield return new CleanupRecord.Owed(Id, Name, Attempt, Began, Process, []);
        foreach (var (number, hook) in Hooks)
        {
            yield return new CleanupRecord.Registered(Id, number, hook);
        }

        if (Main is { } main)
        {
            yield return new CleanupRecord.Started(Id, main);
        }

        if (Cause is { } cause)
        {
            yield return new CleanupRecord.Ended(Id, cause, CalledOff);
        }

        if (Begun is { } begun)
        {
            yield return begun;
        }
    }
}
