using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Control.Events;

/// <summary>One event of the stream.</summary>
/// <param name="Name">Whom it concerns; null: the supervisor itself.</param>
/// <param name="Line">What happened; its sequence numbers have no holes.</param>
/// <param name="Missed">Events left out before this one, because the reader was too slow or asked for what is no longer kept.</param>
public readonly record struct SupervisorEvent(InstanceName? Name, StoryLine Line, long Missed);

/// <summary>
/// The last events, for readers on other threads. The engine writes a reference and at most queues one work item, however many readers there are and
/// however slow they may be: a reader that falls behind by more than the ring is told how much it missed.
/// </summary>
public sealed class EventRing(int capacity = EventRing.DefaultCapacity) : IStoryListener, IHandedOver, IThreadPoolWorkItem
{
    /// <summary>Name of its part of the state that is handed over.</summary>
    public const string PartName = "events";

    /// <summary>How many events are kept.</summary>
    public const int DefaultCapacity = 4096;

    private sealed record Entry(InstanceName? Name, StoryLine Line);

    private readonly Entry?[] _ring = new Entry?[capacity];
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _newest;
    // Nothing up to here can be had: it was told by an image that has not left it.
    private long _before;
    private int _waiting;
    private int _queued;

    /// <summary>Which start of the supervisor numbers these events: the numbers begin anew with each.</summary>
    public string Boot { get; init; } = Guid.NewGuid().ToString("N")[..8];

    /// <summary>Sequence number of the newest event; 0 before the first.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <inheritdoc/>
    public string Name => PartName;

    /// <summary>Goes on after the events of the image before this one. Before anybody tells or reads.</summary>
    /// <param name="newest">Number of the newest.</param>
    /// <param name="left">What that image has left of them; null: nothing.</param>
    public void GoOn(long newest, JsonElement? left)
    {
        (_newest, _before) = (newest, newest);
        foreach (var kept in (left?.Deserialize(EventsJson.Default.ListKeptEvent) ?? []).Where(kept => kept.Line.Sequence > newest - capacity))
        {
            _ring[kept.Line.Sequence % capacity] = new(kept.Name, kept.Line);
            _before = Math.Min(_before, kept.Line.Sequence - 1);
        }
    }

    /// <inheritdoc/>
    public Task<JsonElement> ComeToRest()
    {
        var kept = _ring.OfType<Entry>().OrderBy(entry => entry.Line.Sequence).Select(entry => new KeptEvent(entry.Name, entry.Line)).ToList();
        return Task.FromResult(JsonSerializer.SerializeToElement(kept, EventsJson.Default.ListKeptEvent));
    }

    /// <inheritdoc/>
    public void Resume()
    {
    }

    /// <inheritdoc/>
    public void Told(InstanceName? name, StoryLine line)
    {
        Volatile.Write(ref _ring[line.Sequence % capacity], new(name, line));
        Volatile.Write(ref _newest, line.Sequence);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _waiting) > 0 && Interlocked.Exchange(ref _queued, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>
    /// The events after number <paramref name="since"/> that are kept; with <paramref name="follow"/> also those to come, until cancelled.
    /// </summary>
    public async IAsyncEnumerable<SupervisorEvent> Read(long since, bool follow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = Math.Max(1, since + 1);
        // A number from before a restart of the supervisor: everything that there is, is new to such a reader.
        if (since > Newest)
        {
            next = 1;
        }

        while (true)
        {
            while (next <= Newest)
            {
                var oldest = Math.Max(_before + 1, Newest - capacity + 1);
                var missed = Math.Max(0, oldest - next);
                next += missed;
                // Overwritten between the look at the newest and this one: the next round counts it as missed.
                if (Volatile.Read(ref _ring[next % capacity]) is { } entry && entry.Line.Sequence == next)
                {
                    next++;
                    yield return new(entry.Name, entry.Line, missed);
                }
                else
                {
                    next -= missed;
                }
            }

            if (!follow)
            {
                yield break;
            }

            try
            {
                await Arrival(next, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (Newest >= next)
            {
                // The supervisor ends, and that is what its last events are about: what was told before the end is given before it.
            }
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _queued, 0);
        Interlocked.Exchange(ref _arrived, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private async Task Arrival(long next, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            // Registered first, then looked: an event that comes in between finds the registration.
            var arrived = Volatile.Read(ref _arrived).Task;
            if (Newest < next)
            {
                await arrived.WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}

/// <summary>An event as it is handed over.</summary>
internal sealed record KeptEvent(InstanceName? Name, StoryLine Line);

/// <summary>JSON of those.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(List<KeptEvent>))]
internal sealed partial class EventsJson : JsonSerializerContext;
