using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>A program that the supervisor runs for itself: it belongs to no job.</summary>
public sealed record Errand
{
    /// <summary>How it is started.</summary>
    public required ProcessSpec Process { get; init; }

    /// <summary>Its standard descriptors.</summary>
    public required StdioTargets Stdio { get; init; }

    /// <summary>Descriptors that it inherits besides.</summary>
    public Sequence<InheritedDescriptor> Inherited { get; init; } = [];

    /// <summary>How long it may run; then it is killed.</summary>
    public required TimeSpan Limit { get; init; }
}

/// <summary>How it ended.</summary>
/// <param name="Status">Its status; null: it never ran.</param>
/// <param name="Failure">Why it never ran or was killed, in words; null: it ended by itself.</param>
public sealed record ErrandResult(ExitStatus? Status, string? Failure);

/// <summary>One that is under way: its limit, and its end.</summary>
internal sealed class ErrandRun(Errand errand, TaskCompletionSource<ErrandResult> answer, EngineClock clock, DeadlineHeap deadlines) : IDeadlineOwner
{
    private IChildProcess? _child;
    private string? _cutShort;

    /// <inheritdoc/>
    public TimeSpan? Deadline { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? QueuedFor { get; set; }

    /// <summary>It runs.</summary>
    public void Runs(IChildProcess child)
    {
        _child = child;
        Deadline = clock.Now.Monotonic + errand.Limit;
        deadlines.Update(this);
    }

    /// <summary>It could not be started.</summary>
    public void Failed(SpawnFailure failure) => answer.TrySetResult(new(null, $"{errand.Process.Command[0]} does not start: {failure}"));

    /// <inheritdoc/>
    public void DeadlineCame()
    {
        Deadline = null;
        _cutShort = $"{errand.Process.Command[0]} did not end within {Jobs.InWords.Of(errand.Limit)} and was killed";
        _child?.SignalAll(Signal.Kill);
    }

    /// <summary>It has ended.</summary>
    public void Ended(ChildExited fact)
    {
        Deadline = null;
        if (fact.Leftovers)
        {
            _child?.SignalAll(Signal.Kill);
        }

        _child?.Dispose();
        answer.TrySetResult(new(fact.Status, _cutShort));
    }
}
