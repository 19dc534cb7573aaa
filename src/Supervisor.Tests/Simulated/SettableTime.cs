using Microsoft.Extensions.Time.Testing;

namespace Supervisor.Tests.Simulated;

/// <summary>Time that a test moves, with a wall clock that somebody can set while the monotonic one goes on.</summary>
internal sealed class SettableTime : FakeTimeProvider
{
    private TimeSpan _set;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _set;

    // The base class takes it from the wall clock.
    public override long GetTimestamp() => base.GetUtcNow().UtcTicks;

    /// <summary>Somebody sets the wall clock.</summary>
    public void SetWallClock(DateTimeOffset now) => _set += now - GetUtcNow();
}
