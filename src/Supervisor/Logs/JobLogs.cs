using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>All logs: the engine's and the readers' side of the log thread.</summary>
public sealed class JobLogs : ILogs, ILogReader, IHandedOver, IDisposable
{
    /// <summary>Name of its part of the state that is handed over.</summary>
    public const string PartName = "logs";

    // What all rings together may cost the state of an upgrade; a ring of 64 KiB for each of 500 jobs.
    private const int MostOfRings = 32 * 1024 * 1024;
    private const int LeastOfRing = 4 * 1024;

    private readonly IDescriptorHolder _holder;
    private readonly bool _outlivesReader;
    private readonly LogTransfer? _transfer;
    private readonly Dictionary<InstanceName, JobLogState> _left = [];
    private readonly ConsoleOutput _console;
    private readonly SemaphoreSlim _resumed = new(0, 1);
    private readonly ConcurrentDictionary<InstanceName, JobLog> _logs = new();
    private readonly LogThread _thread;
    private readonly LogKeeper _keeper;
    private readonly string _directory;
    private readonly Action<InstanceName, string> _report;
    private readonly Action<JobLog> _closed;

    /// <summary>Starts the log thread.</summary>
    /// <param name="directory">The log directory; made when the first file is.</param>
    /// <param name="inbox">Where drains are answered.</param>
    /// <param name="report">Hears, once each, when writing a log fails and when it works again. Called on the log thread: must not block.</param>
    /// <param name="time">The clock of the stamps.</param>
    /// <param name="console">Descriptor of the console.</param>
    /// <param name="colours">Whether console prefixes are coloured (a terminal, and no NO_COLOR).</param>
    /// <param name="journal">The socket of journald.</param>
    /// <param name="holder">Holds the pipes for the image after this one; null: nobody does.</param>
    /// <param name="left">What the image before this one has told; null: nothing.</param>
    /// <param name="crashDirectory">
    /// Where it is kept what a killed supervisor was just writing; jobs can write while no supervisor reads. Null: jobs end with the supervisor.
    /// </param>
    /// <exception cref="ErrnoException">No descriptors or no memory left.</exception>
    /// <exception cref="IOException">The file there cannot be opened.</exception>
    public JobLogs(
        string directory,
        IEngineInbox inbox,
        Action<InstanceName, string> report,
        TimeProvider time,
        int console = 1,
        bool colours = false,
        string journal = JournalSocket.UsualPath,
        IDescriptorHolder? holder = null,
        JsonElement? left = null,
        string? crashDirectory = null)
    {
        _closed = gone => _logs.TryRemove(new(gone.Account.Name, gone));
        (_directory, _report, _holder, _outlivesReader) = (directory, report, holder ?? new NoDescriptorHolder(), crashDirectory is not null);
        _transfer = crashDirectory is null ? null : LogTransfer.Open(Path.Combine(crashDirectory, LogTransfer.FileName));
        _console = new(console, colours);
        if (Read(left) is { } state)
        {
            _left = state.Logs.ToDictionary(log => log.Name);
            _console.Width = state.ConsoleWidth;
            _console.Add(state.Console);
        }

        _keeper = new(directory, time);
        _thread = new(new(directory, _console, new(journal), _transfer), inbox, time);
    }

    /// <summary>Whether this version could go on from a state; does nothing with it.</summary>
    /// <exception cref="JsonException">It could not.</exception>
    public static void Check(JsonElement? left) => _ = Read(left);

    private static LogState? Read(JsonElement? left)
    {
        if (left is not { ValueKind: JsonValueKind.Object } told)
        {
            return null;
        }

        var state = JsonDefaults.Fill(JsonObject.Create(told)!, JsonDefaults.Of(new LogState([], [], 0), LogStateJson.Default.LogState));
        JsonDefaults.FillEach(state[nameof(LogState.Logs)], JsonDefaults.Of(new JobLogState { Name = new(""), Spec = new() }, LogStateJson.Default.JobLogState));
        return state.Deserialize(LogStateJson.Default.LogState);
    }

    /// <inheritdoc/>
    public string Name => PartName;

    /// <inheritdoc/>
    public Task<JsonElement> ComeToRest()
    {
        var told = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _thread.Post(new(LogCommandKind.Rest, null, Then: () =>
        {
            var mostOfRing = Math.Max(LeastOfRing, MostOfRings / Math.Max(1, _logs.Count));
            var state = new LogState([.. _logs.Values.Select(log => log.State(mostOfRing))], _console.Waiting, _console.Width);
            told.SetResult(JsonSerializer.SerializeToElement(state, LogStateJson.Default.LogState));
            _resumed.Wait();
        }));
        return told.Task;
    }

    /// <inheritdoc/>
    public void Resume() => _resumed.Release();

    /// <summary>Bytes allocated by the log thread as of its last command.</summary>
    internal long AllocatedBytes => _thread.AllocatedBytes;

    /// <summary>Commands that the log thread has not come to yet.</summary>
    internal int Waiting => _thread.Waiting;

    /// <inheritdoc/>
    public IJobLog Open(InstanceName name, LogSpec spec)
    {
        _left.Remove(name, out var left);
        var log = new JobLog(_thread, new(name, _report), spec, _holder, left, _outlivesReader) { Closed = _closed, Keeper = _keeper };
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
        _resumed.Dispose();
        _transfer?.Dispose();
    }
}
