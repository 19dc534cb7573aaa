using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>All logs: the engine's and the readers' side of the log thread.</summary>
public sealed class JobLogs : ILogs, ILogReader, IDisposable
{
    private readonly ConcurrentDictionary<InstanceName, JobLog> _logs = new();
    private readonly LogThread _thread;
    private readonly string _directory;
    private readonly Action<InstanceName, string> _report;

    /// <summary>Starts the log thread.</summary>
    /// <param name="directory">The log directory; made when the first file is.</param>
    /// <param name="inbox">Where drains are answered.</param>
    /// <param name="report">Hears, once each, when writing a log fails and when it works again. Called on the log thread: must not block.</param>
    /// <param name="time">The clock of the stamps.</param>
    /// <param name="console">Descriptor of the console.</param>
    /// <param name="colours">Whether console prefixes are coloured (a terminal, and no NO_COLOR).</param>
    public JobLogs(string directory, IEngineInbox inbox, Action<InstanceName, string> report, TimeProvider time, int console = 1, bool colours = false)
    {
        (_directory, _report) = (directory, report);
        _thread = new(directory, inbox, new(console, colours), time);
    }

    /// <summary>Bytes allocated by the log thread as of its last command.</summary>
    internal long AllocatedBytes => _thread.AllocatedBytes;

    /// <inheritdoc/>
    public IJobLog Open(InstanceName name, LogSpec spec)
    {
        var log = new JobLog(_thread, new(name, _report), spec) { Closed = gone => _logs.TryRemove(new(name, gone)) };
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
    /// <exception cref="LogNotKeptException">The job's output does not pass through the supervisor.</exception>
    public IAsyncEnumerable<LogLine> Read(InstanceName name, LogQuery query, CancellationToken cancellation)
    {
        if (!_logs.TryGetValue(name, out var log))
        {
            return Nothing(cancellation);
        }

        return log.WhyNotKept is { } why ? throw new LogNotKeptException(why) : new LogQueryRun(log, _directory, query).Lines(cancellation);
    }

    /// <summary>Drains every log, closes all and ends the thread.</summary>
    public void Dispose() => _thread.Dispose();

#pragma warning disable CS1998 // an empty sequence has nothing to wait for
    private static async IAsyncEnumerable<LogLine> Nothing([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        yield break;
    }
#pragma warning restore CS1998
}
