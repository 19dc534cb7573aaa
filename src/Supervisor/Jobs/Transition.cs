using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>The answer of the machine: the next state, and what shall be done, in order.</summary>
public sealed record Transition(JobState Next, ImmutableArray<Effect> Effects)
{
    /// <summary>Nothing changes.</summary>
    public static Transition Stay(JobState state) => new(state, []);
}

/// <summary>What a transition may use besides state, event and spec: one reading of the clocks and one draw of chance.</summary>
/// <param name="Now">The time.</param>
/// <param name="Dice">Uniform in 0..1, for jitter.</param>
/// <param name="Invocation">Becomes the invocation id of an attempt that begins now.</param>
/// <param name="NextRun">When its schedule starts it next, on the monotonic clock; null: there is none.</param>
public readonly record struct Moment(Instant Now, double Dice, Guid Invocation, TimeSpan? NextRun = null);

/// <summary>An event met a phase in which it cannot happen: a defect of ours. The job is marked faulted, the loop goes on.</summary>
public sealed class UnreachableTransitionException(Phase phase, JobEvent happened)
    : Exception($"{happened.GetType().Name} cannot happen in phase {phase}");
