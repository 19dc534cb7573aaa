using Supervisor.Jobs;
using Supervisor.Jobs.Ports;

namespace Supervisor.Engine;

/// <summary>A journal that is not kept: everything is said to be written at once.</summary>
internal sealed class NoJournal(IEngineInbox inbox) : ICleanupJournal
{
    public IReadOnlyList<OwedEntry> Owed => [];

    public string Boot => "";

    public void Write(IReadOnlyList<CleanupRecord> records, long ticket) => inbox.Post(new JournalWritten(ticket, null));

    public StartMark TakeMark() => StartMark.None;

    public void ClearMark(StartMark mark)
    {
    }

    public void ReturnMark(StartMark mark)
    {
    }

    public void EndLost(OwedEntry entry) => inbox.Post(new LostRunEnded(entry.Id, null));
}
