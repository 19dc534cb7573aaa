using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>What the engine asks of the logs. Implemented by Logs/ (a thread of its own), faked on floor 2.</summary>
public interface ILogs
{
    /// <summary>Makes the log of an instance: its pipes now, its files when there is something to write. Cheap; never blocks on a disk.</summary>
    /// <exception cref="Linux.ErrnoException">No descriptors left (EMFILE, ENFILE).</exception>
    IJobLog Open(InstanceName name, LogSpec spec);
}

/// <summary>The log of one instance. It belongs to the job, not to a process: it outlives every run. Methods never block.</summary>
public interface IJobLog
{
    /// <summary>What the next start gets as its standard descriptors.</summary>
    StdioTargets Targets { get; }

    /// <summary>A changed <c>log:</c>: applies from the next run on.</summary>
    void Reconfigure(LogSpec spec);

    /// <summary>Marks that what follows is of this run; a changed <c>log:</c> applies from here on.</summary>
    /// <param name="attempt">Its number.</param>
    /// <param name="invocationId">Its SUPERVISOR_INVOCATION_ID.</param>
    /// <exception cref="Linux.ErrnoException">No descriptors left for a target that needs a pipe now; what was configured before still holds.</exception>
    void BeginRun(int attempt, string invocationId);

    /// <summary>
    /// The main process is about to be started: the first line of its output that matches is posted as <see cref="ShownReady"/>. What is in the pipes already
    /// is not its. A new run, or a match, ends it.
    /// </summary>
    /// <param name="spawnId">Number of the start.</param>
    /// <param name="pattern">A regular expression that runs without backtracking.</param>
    void WatchFor(long spawnId, string pattern);

    /// <summary>The main process of the run has this pid.</summary>
    void RunsAs(int pid);

    /// <summary>
    /// Takes over everything that is in the pipes now, ends a partial line, then posts <see cref="LogDrained"/>. Bounded: leftovers that go
    /// on writing do not hold it up, and neither does a full disk (what cannot be written stays in the buffer or in the pipe; <c>on_full: drop</c>
    /// drops and counts it).
    /// </summary>
    void Drain(long spawnId);

    /// <summary>The job is gone: drains, then closes files and pipes.</summary>
    void Close();
}

/// <summary>What people read of the logs: callable from any thread.</summary>
public interface ILogReader
{
    /// <summary>Lines of the past, and with <see cref="LogQuery.Follow"/> lines as they come, without a gap between.</summary>
    LogFeed Read(InstanceName name, LogQuery query);

    /// <summary>Begins new files. One entry for each file of the instance; none: its output does not go to files of ours, or it is not known.</summary>
    Task<IReadOnlyList<RotatedFile>> Rotate(InstanceName name);

    /// <summary>The last lines that are in memory, oldest first, at most <paramref name="count"/>.</summary>
    IReadOnlyList<LogLine> LastLines(InstanceName name, int count);

    /// <summary>Counters of an instance; zero for an unknown one.</summary>
    LogCounters Counters(InstanceName name);
}

/// <summary>Lines of one instance. Each sequence can be gone through once.</summary>
/// <param name="Past">Those that were there, oldest first; files are read as it is gone through.</param>
/// <param name="Coming">Those that come after them, until the job is removed or the reading is cancelled; empty for who does not follow.</param>
/// <param name="WhyNotKept">Where the output goes, in words, when it does not pass through the supervisor; null: it does.</param>
public sealed record LogFeed(IEnumerable<LogLine> Past, Func<CancellationToken, IAsyncEnumerable<LogLine>> Coming, string? WhyNotKept = null)
{
    /// <summary>No lines, now and later.</summary>
    public static LogFeed Empty(string? whyNotKept) => new([], _ => AsyncEnumerable.Empty<LogLine>(), whyNotKept);
}

/// <summary>Which lines.</summary>
/// <param name="Lines">How many lines of the past at most; null: all that are kept.</param>
/// <param name="Follow">Whether to go on with new lines.</param>
/// <param name="CurrentRunOnly">Only lines since the start of the current (or last) run.</param>
/// <param name="Stream">Only this stream; null: both. A job with <c>stderr: stdout</c> has stdout only.</param>
/// <param name="Since">Only lines that came at that time or later; of lines of unknown time those of files that were written to since; null: all.</param>
public sealed record LogQuery(int? Lines, bool Follow, bool CurrentRunOnly, LogStream? Stream, DateTimeOffset? Since = null);

/// <summary>Streams.</summary>
public enum LogStream
{
    /// <summary>stdout</summary>
    Stdout,
    /// <summary>stderr</summary>
    Stderr,
}

/// <summary>One line, without its newline, bytes as the job wrote them.</summary>
/// <param name="At">When it arrived; null: not known (it is from a file without time stamps).</param>
/// <param name="Stream">Where it came from.</param>
/// <param name="Text">The bytes (copied: the caller may keep them).</param>
/// <param name="Missed">For a follower that was too slow: lines left out before this one.</param>
public readonly record struct LogLine(DateTimeOffset? At, LogStream Stream, ReadOnlyMemory<byte> Text, long Missed = 0);

/// <summary>What a log has seen since the supervisor's start.</summary>
/// <param name="Bytes">Bytes read from the job.</param>
/// <param name="Lines">Lines read.</param>
/// <param name="DroppedBytes">Bytes dropped (<c>on_full: drop</c>, or it could not be written when the log was closed).</param>
/// <param name="DroppedLines">Lines that ended in those; of a line that was dropped in part its end counts.</param>
/// <param name="WriteErrors">Failed writes.</param>
/// <param name="LastError">The last failure in words, with path and errno text; null: none, or it is over.</param>
public sealed record LogCounters(long Bytes, long Lines, long DroppedBytes, long DroppedLines, long WriteErrors, string? LastError)
{
    /// <summary>Nothing yet.</summary>
    public static readonly LogCounters Zero = new(0, 0, 0, 0, 0, null);
}
