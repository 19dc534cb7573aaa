namespace Supervisor.Jobs.Ports;

/// <summary>
/// What the engine asks of the journal of what is owed. Implemented by Cleanup/, faked on floor 2. Nothing blocks; what is written is on disk when the fact
/// about it comes.
/// </summary>
public interface ICleanupJournal
{
    /// <summary>What the supervisor before this one has left owed, in the order in which the attempts began.</summary>
    IReadOnlyList<OwedEntry> Owed { get; }

    /// <summary>/proc/sys/kernel/random/boot_id.</summary>
    string Boot { get; }

    /// <summary>Writes records, in order; <see cref="JournalWritten"/> with that ticket comes when they are on disk, or cannot be.</summary>
    void Write(IReadOnlyList<CleanupRecord> records, long ticket);

    /// <summary>A mark that a hook's process sets when it executes its program: what is started is known even if nobody lives to see it.</summary>
    StartMark TakeMark();

    /// <summary>Whoever set it has not come to its program: it counts as not set until somebody sets it again.</summary>
    void ClearMark(StartMark mark);

    /// <summary>The hook has been told as ended: its mark is free again.</summary>
    void ReturnMark(StartMark mark);

    /// <summary>
    /// Sees to what may still live of an attempt of the supervisor before: a hook is waited for until its limit, anything else is ended.
    /// <see cref="LostRunEnded"/> comes when nothing of it lives.
    /// </summary>
    void EndLost(OwedEntry entry);
}

/// <summary>A write of the journal is through; <paramref name="Problem"/>: why it is not on disk, in words.</summary>
public sealed record JournalWritten(long Ticket, string? Problem) : EngineFact;

/// <summary>Nothing lives any more of an attempt of the supervisor before. <paramref name="Remark"/>: what was done about it, when something was.</summary>
public sealed record LostRunEnded(string Id, string? Remark) : EngineFact;
