using System.Collections.Concurrent;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>All logs: the engine's and the readers' side of the log thread.</summary>
public sealed class JobLogs : ILogs, ILogReader, IDisposable
{
    private readonly ConcurrentDictionary<InstanceName, JobLog> _logs = new();
    private readonly LogThread _thread;
    private readonly LogKeeper _keeper;
    private readonly string _directory;
    private readonly Action<InstanceName, string> _report;

    /// <summary>Starts the log thread.</summary>
    /// <param name="directory">The log directory; made when the first file is.</param>
    /// <param name="inbox">Where drains are answered.</param>
    /// <param name="report">Hears, once each, when writing a log fails and when it works again. Called on the log thread: must not block.</param>
    /// <param name="time">The clock of the stamps.</param>
    /// <param name="console">Descriptor of the console.</param>
    /// <param name="colours">Whether console prefixes are coloured (a terminal, and no NO_COLOR).</param>
    /// <param name="journal">The socket of journald.</param>
    public JobLogs(
        string directory,
        IEngineInbox inbox,
        Action<InstanceName, string> report,
        TimeProvider time,
        int console = 1,
        bool colours = false,
        string journal = JournalSocket.UsualPath)
    {
        (_directory, _report) = (directory, report);
        _keeper = new(directory, time);
        _thread = new(new(directory, new(console, colours), new(journal)), inbox, time);
    }

    /// <summary>Bytes allocated by the log thread as of its last command.</summary>
    internal long AllocatedBytes => _thread.AllocatedBytes;

    /// <inheritdoc/>
    public IJobLog Open(InstanceName name, LogSpec spec)
    {
        var log = new JobLog(_thread, new(name, _report), spec) { Closed = gone => _logs.TryRemove(new(name, gone)), Keeper = _keeper };
        _logs[name] = log;
        return log;
    }

    /// <inheritdoc/>
    public LogCounters Counters(InstanceName name) => _logs.TryGetValue(name, out var log) ? log.Account.Now : LogCounters.Zero;

    /// <inheritdoc/>
    public IReadOnlyList<LogLine> LastLines(InstanceName name, int count)
    {
        if (!_logs.TryGetValue(name, out var log))
        {
            return [];
        }

        var lines = new List<LogLine>();
        var assembler = new LineAssembler();
        assembler.Add(log.Ring.Copy(0).Bytes, lines);
        assembler.Finish(lines);
        return lines.Count <= count ? lines : lines[^count..];
    }

    /// <inheritdoc/>
    public LogFeed Read(InstanceName name, LogQuery query) =>
        !_logs.TryGetValue(name, out var log) ? LogFeed.Empty(null)
        : log.WhyNotKept is { } why ? LogFeed.Empty(why)
        : new LogQueryRun(log, _directory, query).Feed();

    /// <inheritdoc/>
    public Task<IReadOnlyList<RotatedFile>> Rotate(InstanceName name) =>
        _logs.TryGetValue(name, out var log) ? log.Rotate() : Task.FromResult<IReadOnlyList<RotatedFile>>([]);

    /// <summary>Drains every log, closes all and ends the thread.</summary>
    public void Dispose()
    {
        _thread.Dispose();
        _keeper.Dispose();
    }
}
