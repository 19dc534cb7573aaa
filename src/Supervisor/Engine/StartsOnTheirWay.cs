using Supervisor.Jobs.Ports;

namespace Supervisor.Engine;

/// <summary>
/// Counts the starts that were asked for, and tells when one hangs. It looks for that only while there are some: a deadline of the engine goes with the last of them and wakes nobody,
/// which a timer of the runtime would do even when it was called off.
/// </summary>
/// <param name="processes">Makes the starts, one after the other.</param>
/// <param name="clock">Clock.</param>
/// <param name="deadlines">Tells when to look.</param>
/// <param name="hangs">Called once for a start that hangs, with its number and how long it has taken so far.</param>
internal sealed class StartsOnTheirWay(IProcesses processes, EngineClock clock, DeadlineHeap deadlines, Action<long, TimeSpan> hangs) : IDeadlineOwner
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    private long _told = -1;

    /// <summary>Starts that were asked for and are not reported.</summary>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? Deadline { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? QueuedFor { get; set; }

    /// <summary>One is asked for.</summary>
    public void Asked()
    {
        if (Count++ == 0)
        {
            LookIn(_limit);
        }
    }

    /// <summary>One is over.</summary>
    public void Reported()
    {
        if (--Count == 0)
        {
            Deadline = null;
        }
        else if (Deadline is null)
        {
            // The one that hung: the next may hang too.
            LookIn(_limit);
        }
    }

    /// <inheritdoc/>
    public void DeadlineCame()
    {
        // Many may have come and gone meanwhile: the one that is being made now counts from its own beginning.
        var (spawn, soFar) = processes.StartOnItsWay ?? (-1, TimeSpan.Zero);
        if (soFar < _limit)
        {
            LookIn(_limit - soFar);
            return;
        }

        // Told once: what comes next is its report. But one that was refused before it came so far is reported meanwhile, too.
        Deadline = null;
        if (spawn != _told)
        {
            _told = spawn;
            hangs(spawn, soFar);
        }
    }

    private void LookIn(TimeSpan time)
    {
        Deadline = clock.Now.Monotonic + time;
        deadlines.Update(this);
    }
}
