using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>The engine's reading of time: monotonic since the supervisor's start, and the wall clock beside it.</summary>
public sealed class EngineClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Both clocks now.</summary>
    public Instant Now => new(time.GetElapsedTime(_start), time.GetUtcNow());
}
