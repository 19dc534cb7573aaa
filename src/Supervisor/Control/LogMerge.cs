using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>The lines of several instances as one sequence.</summary>
internal static class LogMerge
{
    private const int Buffered = 256;

    /// <summary>
    /// Lines of the past by time, those of unknown time with the known one before them; then followed lines as they come.
    /// </summary>
    public static async IAsyncEnumerable<(InstanceName Name, LogLine Line)> Read(
        IReadOnlyList<(InstanceName Name, LogFeed Feed)> feeds, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var line in ByTime(feeds))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return line;
        }

        await foreach (var line in AsTheyCome(feeds, cancellation).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    private static IEnumerable<(InstanceName Name, LogLine Line)> ByTime(IReadOnlyList<(InstanceName Name, LogFeed Feed)> feeds)
    {
        var readers = feeds.Select(feed => feed.Feed.Past.GetEnumerator()).ToList();
        try
        {
            // The position among the names keeps lines of the same moment in a fixed order.
            var heads = new PriorityQueue<int, (DateTimeOffset At, int Index)>();
            for (var index = 0; index < readers.Count; index++)
            {
                Push(index, DateTimeOffset.MinValue);
            }

            while (heads.TryDequeue(out var index, out var due))
            {
                yield return (feeds[index].Name, readers[index].Current);
                Push(index, due.At);
            }

            void Push(int index, DateTimeOffset last)
            {
                if (readers[index].MoveNext())
                {
                    heads.Enqueue(index, (readers[index].Current.At ?? last, index));
                }
            }
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    private static async IAsyncEnumerable<(InstanceName Name, LogLine Line)> AsTheyCome(
        IReadOnlyList<(InstanceName Name, LogFeed Feed)> feeds, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Bounded: a slow client holds up its own readers, and these count what they miss.
        var lines = Channel.CreateBounded<(InstanceName, LogLine)>(Buffered);
        var pumps = Task.WhenAll(feeds.Select(feed => PumpAsync(feed.Name, feed.Feed)));
        var end = pumps.ContinueWith(
            all => lines.Writer.TryComplete(all.Exception?.InnerException), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await foreach (var line in lines.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            yield return line;
        }

        await end.ConfigureAwait(false);

        async Task PumpAsync(InstanceName name, LogFeed feed)
        {
            await foreach (var line in feed.Coming(cancellation).ConfigureAwait(false))
            {
                await lines.Writer.WriteAsync((name, line), cancellation).ConfigureAwait(false);
            }
        }
    }
}
