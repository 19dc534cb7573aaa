namespace Supervisor.Specs;

/// <summary>One reading of both clocks.</summary>
/// <param name="Monotonic">Time since the supervisor's start on the monotonic clock: everything is decided by this one.</param>
/// <param name="Wall">Wall clock: for display only, it may jump.</param>
public readonly record struct Instant(TimeSpan Monotonic, DateTimeOffset Wall)
{
    /// <summary>This moment moved by <paramref name="by"/> on both clocks.</summary>
    public Instant Plus(TimeSpan by) => new(Monotonic + by, Wall + by);
}
