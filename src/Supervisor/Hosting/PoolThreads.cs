namespace Supervisor.Hosting;

/// <summary>
/// The threads of the pool, all made at the start and kept (with <c>ThreadsToKeepAlive</c> of the project file). .NET makes them when work comes, and a thread that
/// cannot be made ends the process: measured, with OutOfMemoryException from inside the pool, as soon as a job has used up the processes of the
/// user or of a container. With these there is never one to make, nor the one that all timers share, which .NET makes when the first of them is armed.
/// </summary>
internal static class PoolThreads
{
    // Control requests wait for the engine without a thread, and the log and the engine have their own: a few would do.
    private const int Count = 16;

    private static readonly TimeSpan _far = TimeSpan.FromDays(49);

    /// <summary>Makes them; comes back when all run.</summary>
    public static void Make()
    {
        _ = ThreadPool.SetMinThreads(Count, Count);
        _ = ThreadPool.SetMaxThreads(Count, Count);
        // Each waits for all: so each is one of its own. Not disposed: the last of them may still be on their way out.
        var all = new Barrier(Count + 1);
        for (var i = 0; i < Count; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(barrier => barrier.SignalAndWait(), all, preferLocal: false);
        }

        all.SignalAndWait();
        // Calling a timer off does not call off the wake-up for it: one that is far away costs nothing.
        using var timer = new Timer(_ => { }, null, _far, Timeout.InfiniteTimeSpan);
    }
}
