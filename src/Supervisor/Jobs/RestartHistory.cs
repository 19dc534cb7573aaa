using System.Collections.Immutable;

namespace Supervisor.Jobs;

/// <summary>What the restart decision remembers between attempts.</summary>
/// <param name="InARow">Restarts since the last reset (a start by hand, or a run that stayed up for reset_after): decides the delay.</param>
/// <param name="Recent">Monotonic times of the restarts that the limit still counts, oldest first.</param>
public sealed record RestartHistory(int InARow, ImmutableArray<TimeSpan> Recent)
{
    /// <summary>Nothing to remember.</summary>
    public static readonly RestartHistory None = new(0, []);
}
