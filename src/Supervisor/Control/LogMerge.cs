using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>The lines of several instances as one sequence.</summary>
internal static class LogMerge
{
    private const int Buffered = 256;

    /// <summary>Lines of the past by time, those of unknown time first (they are from files, older than what is in memory); followed lines as they come.</summary>
    public static IAsyncEnumerable<(InstanceName Name, LogLine Line)> Read(
        ILogReader logs, IReadOnlyList<InstanceName> names, LogQuery query, CancellationToken cancellation) =>
        query.Follow && names.Count > 1 ? AsTheyCome(logs, names, query, cancellation) : ByTime(logs, names, query, cancellation);

    private static async IAsyncEnumerable<(InstanceName Name, LogLine Line)> ByTime(
        ILogReader logs, IReadOnlyList<InstanceName> names, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var readers = names.Select(name => logs.Read(name, query, cancellation).GetAsyncEnumerator(cancellation)).ToList();
        try
        {
            // The position among the names keeps lines of the same moment in a fixed order.
            var heads = new PriorityQueue<int, (DateTimeOffset At, int Index)>();
            for (var index = 0; index < readers.Count; index++)
            {
                await PushAsync(index).ConfigureAwait(false);
            }

            while (heads.TryDequeue(out var index, out _))
            {
                yield return (names[index], readers[index].Current);
                await PushAsync(index).ConfigureAwait(false);
            }

            async ValueTask PushAsync(int index)
            {
                if (await readers[index].MoveNextAsync().ConfigureAwait(false))
                {
                    heads.Enqueue(index, (readers[index].Current.At ?? DateTimeOffset.MinValue, index));
                }
            }
        }
        finally
        {
            foreach (var reader in readers)
            {
                await reader.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async IAsyncEnumerable<(InstanceName Name, LogLine Line)> AsTheyCome(
        ILogReader logs, IReadOnlyList<InstanceName> names, LogQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Bounded: a slow client holds up its own readers, and these count what they miss.
        var lines = Channel.CreateBounded<(InstanceName, LogLine)>(Buffered);
        var pumps = Task.WhenAll(names.Select(PumpAsync));
        var end = pumps.ContinueWith(
            all => lines.Writer.TryComplete(all.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await foreach (var line in lines.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            yield return line;
        }

        await end.ConfigureAwait(false);

        async Task PumpAsync(InstanceName name)
        {
            await foreach (var line in logs.Read(name, query, cancellation).ConfigureAwait(false))
            {
                await lines.Writer.WriteAsync((name, line), cancellation).ConfigureAwait(false);
            }
        }
    }
}
