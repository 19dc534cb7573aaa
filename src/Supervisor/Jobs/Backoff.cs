using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>The delay before a restart: delay * factor^(n-1), at most max_delay, then moved by up to jitter in both directions.</summary>
public static class Backoff
{
    /// <summary>Delay before restart number <paramref name="inARow"/> (from 1) in a row.</summary>
    /// <param name="spec">The rules.</param>
    /// <param name="inARow">Which restart in a row, from 1.</param>
    /// <param name="dice">Uniform in 0..1: 0.5 is no jitter.</param>
    public static TimeSpan Delay(RestartSpec spec, int inARow, double dice)
    {
        // In doubles: factor^n overflows a long soon, and an infinity is still at most max_delay.
        var ticks = spec.Delay.Ticks * Math.Pow(spec.Factor, Math.Max(0, inARow - 1));
        var capped = Math.Min(ticks, spec.MaxDelay.Ticks);
        return TimeSpan.FromTicks((long)(capped * (1 + (spec.Jitter * ((2 * dice) - 1)))));
    }
}
