using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Cleanup;

/// <summary>
/// The journal of what is owed (docs/adr on cleanup). Writes are queued and carried out by one work item of the pool at a time: what has gathered while the
/// disk was busy goes there together. A file is made when there is something to write, so that jobs without hooks cost nothing.
/// </summary>
public sealed class CleanupJournal : ICleanupJournal, IThreadPoolWorkItem, IDisposable
{
    private sealed record Pending(IReadOnlyList<CleanupRecord> Records, long Ticket);

    private static readonly TimeSpan _closePatience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<Pending> _queue = new();
    private readonly IEngineInbox _inbox;
    private readonly JournalWriter _writer;
    private readonly StartMarks _marks;
    private readonly SafeFileHandle? _lock;
    private readonly LostRuns _lost;
    private readonly ManualResetEventSlim _idle = new(initialState: true);
    private int _waiting;

    private CleanupJournal(IEngineInbox inbox, JournalWriter writer, StartMarks marks, SafeFileHandle? @lock, LostRuns lost, IReadOnlyList<OwedEntry> owed, string boot)
    {
        (_inbox, _writer, _marks, _lock, _lost, Owed, Boot) = (inbox, writer, marks, @lock, lost, owed, boot);
    }

    /// <inheritdoc/>
    public IReadOnlyList<OwedEntry> Owed { get; }

    /// <inheritdoc/>
    public string Boot { get; }

    /// <summary>
    /// Opens the journal of a state directory and reads what is owed. Hosting/ has locked the state directory as a rule; but an image that goes on after an
    /// upgrade may share it with another supervisor, and these must not share the journal: so it has a lock of its own, which goes with the process.
    /// <paramref name="remarks"/>: what people have to be told, and whether it is bad.
    /// </summary>
    public static CleanupJournal Open(string directory, IEngineInbox inbox, TimeProvider time, out IReadOnlyList<(string Text, bool IsBad)> remarks)
    {
        // Without one nothing of an earlier life is taken for something that lives.
        var boot = BootId.Read() ?? Guid.NewGuid().ToString();
        var path = Path.Combine(directory, "cleanup.journal");
        var marksPath = Path.Combine(directory, "cleanup.marks");
        var @lock = Lock(directory);
        var opening = @lock is null ? JournalOpening.OfAnother(directory) : JournalOpening.Of(path, time.GetUtcNow());
        remarks = opening.Remarks;
        if (opening.Entries.All.Any(entry => entry.Begun?.Boot == boot))
        {
            UnfinishedStarts.Wait(time);
        }

        var set = opening.Entries.Count > 0 ? StartMarks.ReadSet(marksPath) : new HashSet<int>();
        var owed = opening.Entries.All.Select(entry => entry with
        {
            Main = entry.Main?.Boot == boot ? entry.Main : null,
            BegunWasStarted = entry.Begun is { } begun && begun.Boot == boot && set.Contains(begun.Mark) && entry.Hooks.Any(owed => owed.Number == begun.Number),
        }).ToList();
        var marks = new StartMarks(marksPath);
        marks.Reserve(owed.Select(entry => entry.Begun?.Mark ?? -1).ToHashSet());
        return new(inbox, new(path, opening), marks, @lock, new(inbox, time), owed, boot);
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<CleanupRecord> records, long ticket)
    {
        _queue.Enqueue(new(records, ticket));
        if (Interlocked.Increment(ref _waiting) == 1)
        {
            _idle.Reset();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    public StartMark TakeMark() => _marks.Take();

    /// <inheritdoc/>
    public void ClearMark(StartMark mark) => StartMarks.Clear(mark);

    /// <inheritdoc/>
    public void ReturnMark(StartMark mark) => _marks.Return(mark);

    /// <inheritdoc/>
    public void EndLost(OwedEntry entry) => _lost.End(entry);

    void IThreadPoolWorkItem.Execute()
    {
        var batch = new List<Pending>();
        do
        {
            batch.Clear();
            while (_queue.TryDequeue(out var pending))
            {
                batch.Add(pending);
            }

            var problems = _writer.Write(batch.Select(pending => pending.Records));
            for (var index = 0; index < batch.Count; index++)
            {
                _inbox.Post(new JournalWritten(batch[index].Ticket, problems[index]));
            }
        }
        while (Interlocked.Add(ref _waiting, -batch.Count) > 0);
        _idle.Set();
    }

    /// <summary>Waits until what was handed in is on disk: a hook that is through must not run again. A disk that hangs is not waited for without end.</summary>
    public void Dispose()
    {
        if (_idle.Wait(_closePatience))
        {
            _writer.Dispose();
            _marks.Dispose();
            _lock?.Dispose();
        }
    }

    // On the directory itself: files in it are replaced. Null: another process has it.
    private static SafeFileHandle? Lock(string directory)
    {
        var fd = fcntl_h.open(directory, fcntl_h.O_RDONLY | fcntl_h.O_DIRECTORY | fcntl_h.O_CLOEXEC, 0);
        var handle = new SafeFileHandle(fd, ownsHandle: fd >= 0);
        if (fd >= 0 && FileLock.flock(fd, FileLock.LOCK_EX | FileLock.LOCK_NB) != 0 && Marshal.GetLastPInvokeError() == Errno.EAGAIN)
        {
            handle.Dispose();
            return null;
        }

        return handle;
    }
}
