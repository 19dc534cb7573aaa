using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>One line of the cleanup journal, about the attempt <paramref name="Id"/>.</summary>
public abstract record CleanupRecord(string Id)
{
    /// <summary>An attempt is about to begin and will owe these hooks, oldest first. <paramref name="Name"/> null: the supervisor itself.</summary>
    public sealed record Owed(string Id, InstanceName? Name, int Attempt, DateTimeOffset Began, ProcessSpec Process, Sequence<CleanupHook> Hooks) : CleanupRecord(Id);

    /// <summary>It owes one more.</summary>
    public sealed record Registered(string Id, int Number, CleanupHook Hook) : CleanupRecord(Id);

    /// <summary>Its main process runs.</summary>
    public sealed record Started(string Id, ProcessIdentity Main) : CleanupRecord(Id);

    /// <summary>It has ended, and how.</summary>
    public sealed record Ended(string Id, Sequence<EnvironmentVariable> Cause, bool CalledOff) : CleanupRecord(Id);

    /// <summary>
    /// A hook is about to be started. Whether it was shows in the mark at <paramref name="Mark"/>, which its process sets itself (-1: it has none);
    /// marks are of the boot that they were made in.
    /// </summary>
    public sealed record HookBegan(string Id, int Number, int Mark, string Boot) : CleanupRecord(Id);

    /// <summary>A hook has ended, well or not.</summary>
    public sealed record HookDone(string Id, int Number) : CleanupRecord(Id);

    /// <summary>Nothing is owed any more.</summary>
    public sealed record Closed(string Id) : CleanupRecord(Id);
}

/// <summary>A process, told from every other one of this and other boots.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="StartTime">Field 22 of proc_pid_stat(5): clock ticks since the boot.</param>
/// <param name="Boot">/proc/sys/kernel/random/boot_id.</param>
public sealed record ProcessIdentity(int Pid, long StartTime, string Boot);
