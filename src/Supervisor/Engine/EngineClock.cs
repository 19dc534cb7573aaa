using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>The engine's reading of time: monotonic since the supervisor's start, and the wall clock beside it.</summary>
/// <param name="time">The clocks.</param>
/// <param name="start">Where the monotonic one begins to count, when another image of this supervisor began it.</param>
public sealed class EngineClock(TimeProvider time, long? start = null)
{
    /// <summary>Where the monotonic clock begins to count: <see cref="TimeProvider.GetTimestamp"/>, which the kernel goes on counting over an exec.</summary>
    public long Start { get; } = start ?? time.GetTimestamp();

    /// <summary>A reading of CLOCK_MONOTONIC (which <see cref="TimeProvider.GetTimestamp"/> reads on Linux), in microseconds, as the engine counts.</summary>
    public TimeSpan OfMonotonic(long microseconds) => time.GetElapsedTime(Start, (long)(microseconds * (time.TimestampFrequency / 1e6)));

    /// <summary>Both clocks now.</summary>
    public Instant Now => new(time.GetElapsedTime(Start), time.GetUtcNow());
}
