namespace SpawnStress;

/// <summary>
/// Threads that allocate and collect, and check that what they hold is what they made. Each start feeds them so much work: they would
/// otherwise take all the processors, and a run would measure the scheduler.
/// </summary>
internal sealed class Load : IDisposable
{
    private const int CollectionsPerStart = 5;
    private const int AllocationsPerStart = 5000;
    private readonly SemaphoreSlim _allocate = new(0);
    private readonly SemaphoreSlim _collect = new(0);
    private readonly Thread[] _threads;
    private int _wrong;

    public Load(CancellationToken stop)
    {
        _threads = [new Thread(() => Allocate(stop)), new Thread(() => Allocate(stop)), new Thread(() => Collect(stop))];
        foreach (var thread in _threads)
            thread.Start();
    }

    /// <summary>Values that had changed.</summary>
    public int Wrong => _wrong;

    /// <summary>A start is about to be made.</summary>
    public void Feed()
    {
        _allocate.Release(2);
        _collect.Release(CollectionsPerStart);
    }

    public void Dispose()
    {
        foreach (var thread in _threads)
            thread.Join();
        _allocate.Dispose();
        _collect.Dispose();
    }

    private void Allocate(CancellationToken stop)
    {
        var held = new string[1000];
        for (var i = 0; Fed(_allocate, stop);)
        {
            for (var end = i + AllocationsPerStart; i < end; i++)
            {
                var slot = i % held.Length;
                if (held[slot] is { } old && old != $"value {i - held.Length}")
                    Interlocked.Increment(ref _wrong);
                held[slot] = $"value {i}";
            }
        }
    }

    private static bool Fed(SemaphoreSlim food, CancellationToken stop)
    {
        try
        {
            food.Wait(stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Collect(CancellationToken stop)
    {
        while (Fed(_collect, stop))
        {
            GC.Collect(Random.Shared.Next(3));
            Thread.SpinWait(Random.Shared.Next(20_000));
        }
    }
}
