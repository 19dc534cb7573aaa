using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// The limit of automatic restarts over all jobs (supervisor.restart_limit): a machine on which everything fails must not be busy with restarts alone.
/// A restart that comes too early gets its turn as soon as the window has room for it; none is forgotten, and nobody is given up for it.
/// </summary>
internal sealed class RestartGate(Func<RestartLimitSpec?> limit, Story story, EngineClock clock)
{
    // The newest turns, oldest first, at most as many as the limit; those of the future are promised.
    private readonly Queue<TimeSpan> _turns = new();
    private bool _isTold;

    /// <summary>Restarts that were held back.</summary>
    public long HeldBack { get; private set; }

    /// <summary>The newest turns, for the image after this one.</summary>
    public IReadOnlyCollection<TimeSpan> Turns => _turns;

    /// <summary>Goes on where the image before this one has stopped.</summary>
    public void GoOn(IEnumerable<TimeSpan> turns, long heldBack)
    {
        foreach (var turn in turns)
        {
            _turns.Enqueue(turn);
        }

        HeldBack = heldBack;
    }

    /// <summary>When the restart that is due may be made: now, or later. Each call takes a turn.</summary>
    public TimeSpan Take()
    {
        var now = clock.Now;
        if (limit() is not { } rule)
        {
            return now.Monotonic;
        }

        while (_turns.Count > rule.Limit)
        {
            _turns.Dequeue();
        }

        var turn = now.Monotonic;
        if (_turns.Count == rule.Limit && _turns.Dequeue() + rule.Within is var room && room > turn)
        {
            turn = room;
            HeldBack++;
        }

        _turns.Enqueue(turn);
        Tell(turn > now.Monotonic, rule, now);
        return turn;
    }

    private void Tell(bool isHeld, RestartLimitSpec rule, Instant now)
    {
        if (isHeld && !_isTold)
        {
            story.TellOfSupervisor(StoryLevel.Warning,
                $"{InWords.Count(rule.Limit, "restart")} over all jobs within {InWords.Of(rule.Within)} {(rule.Limit == 1 ? "is" : "are")} the limit (supervisor.restart_limit): further ones wait for their turn", now);
        }

        _isTold = isHeld;
    }
}
