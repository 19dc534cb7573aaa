using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Processes;

/// <summary>
/// What one thread is to do, one after the other. It sleeps on an eventfd: who adds something to an idle queue makes one system call, and there is no lock on which the
/// two could meet again.
/// </summary>
internal sealed unsafe class WorkQueue : IDisposable
{
    private readonly ConcurrentQueue<Action> _work = new();
    private readonly int _event = LibC.eventfd(0, LibC.EFD_CLOEXEC) is >= 0 and var descriptor ? descriptor : throw new ErrnoException("eventfd", Marshal.GetLastPInvokeError());
    private int _awake = 1;

    /// <summary>Adds something. Any thread; never blocks.</summary>
    public void Add(Action work)
    {
        _work.Enqueue(work);
        Wake();
    }

    /// <summary>Does what is added until <paramref name="stop"/>, and then what is left.</summary>
    public void Run(CancellationToken stop)
    {
        using var woken = stop.Register(Wake);
        while (true)
        {
            while (_work.TryDequeue(out var work))
                work();
            if (stop.IsCancellationRequested)
                return;
            // Whoever adds from here on wakes us; who has added before is seen here.
            Interlocked.Exchange(ref _awake, 0);
            if (_work.IsEmpty && !stop.IsCancellationRequested)
                Sleep();
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _awake, 1) == 0)
        {
            ulong one = 1;
            _ = LibC.write(_event, &one, sizeof(ulong));
        }
    }

    // Interrupted by a signal it returns early: then there is nothing to do yet.
    private void Sleep()
    {
        ulong count;
        _ = LibC.read(_event, &count, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.close(_event);
}
