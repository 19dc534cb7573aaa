namespace Supervisor.Logs;

/// <summary>Wakes those who follow a log. Costs the log thread one read of a field when nobody does.</summary>
internal sealed class LogWaiters
{
    private TaskCompletionSource? _next;

    /// <summary>Ends at the next <see cref="Wake"/>. Take it before looking whether there is something new.</summary>
    public Task Next()
    {
        while (true)
        {
            if (Volatile.Read(ref _next) is { } known)
            {
                return known.Task;
            }

            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref _next, mine, null) is null)
            {
                return mine.Task;
            }
        }
    }

    /// <summary>There is something new.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _next) is not null)
        {
            Interlocked.Exchange(ref _next, null)?.TrySetResult();
        }
    }
}
