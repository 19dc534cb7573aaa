using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;
using Supervisor.Jobs.Ports;

namespace Supervisor.Hosting;

/// <summary>
/// Serilog's way to standard error. The engine logs from its own thread and must never wait for a stopped terminal or a full pipe: events are
/// queued here and written by a task of the pool. A full queue drops events, counts them, and says so when there is room again. Where the journal reads
/// standard error, events go to it as entries with fields; standard error stays the way out when it does not take one.
/// </summary>
internal sealed class StandardErrorSink : ILogEventSink, IHandedOver, IDisposable
{
    private const int QueueLength = 8192;
    private const int Block = 16 * 1024;
    private static readonly TimeSpan _flushLimit = TimeSpan.FromSeconds(2);

    private readonly Channel<LogEvent> _queue = Channel.CreateBounded<LogEvent>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly StandardError _output;
    private readonly JournalLog? _journal;
    private readonly Task _writer;
    private long _dropped;
    private long _queued;
    private long _written;

    /// <summary>Starts the writer.</summary>
    public StandardErrorSink(StandardError output)
    {
        _output = output;
        _journal = output.Kind is LogOutputKind.Journal ? new() : null;
        _writer = Task.Run(WriteAll);
    }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (!_queue.Writer.TryWrite(logEvent))
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        Interlocked.Increment(ref _queued);
    }

    /// <inheritdoc/>
    public string Name => "own-log";

    /// <summary>Comes back when all that was said is written, or when the reader takes too long.</summary>
    public async Task<JsonElement> ComeToRest()
    {
        var all = Interlocked.Read(ref _queued);
        var until = Environment.TickCount64 + (long)_flushLimit.TotalMilliseconds;
        while (Interlocked.Read(ref _written) < all && Environment.TickCount64 < until)
        {
            await Task.Delay(1).ConfigureAwait(false);
        }

        return NothingToTell.Json;
    }

    /// <inheritdoc/>
    public void Resume()
    {
    }

    /// <summary>Writes what is queued; a reader that has stopped reading does not hold up the end of the supervisor.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _ = _writer.Wait(_flushLimit);
        _journal?.Dispose();
    }

    private async Task WriteAll()
    {
        var lines = new StringBuilder();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            // What has come together is written together.
            var count = 0;
            for (; lines.Length < Block && _queue.Reader.TryRead(out var logEvent); count++)
            {
                if (_journal?.Write(logEvent) is not true)
                {
                    lines.Append(LogLineFormat.Of(logEvent, _output.Kind));
                }
            }

            if (lines.Length > 0)
            {
                _output.Write(lines.ToString());
                lines.Clear();
            }

            Interlocked.Add(ref _written, count);
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                _output.Say(LogEventLevel.Warning, $"supervisor: {dropped} lines of the supervisor's own log were dropped: standard error was too slow");
            }
        }
    }
}
