namespace SpawnStress;

/// <summary>Threads that allocate and collect, and check that what they hold is what they made.</summary>
internal sealed class Load
{
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

    public void Join()
    {
        foreach (var thread in _threads)
            thread.Join();
    }

    private void Allocate(CancellationToken stop)
    {
        var held = new string[1000];
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var slot = i % held.Length;
            if (held[slot] is { } old && old != $"value {i - held.Length}")
                Interlocked.Increment(ref _wrong);
            held[slot] = $"value {i}";
        }
    }

    private static void Collect(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            GC.Collect(Random.Shared.Next(3));
            Thread.SpinWait(20_000); // back-to-back collections let no other thread return from a system call
        }
    }
}
