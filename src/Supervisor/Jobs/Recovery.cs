using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>
/// What must have happened between the last state that a killed supervisor wrote down and a process of its that is found: the machine is led through it, so
/// that counts, back-off and records are what they would be. Pure.
/// </summary>
public static class Recovery
{
    private const int MostSteps = 10_000;

    /// <summary>The state in which the main process of <paramref name="attempt"/> has just been reported; null: the machine does not get there.</summary>
    /// <param name="state">The last that is known.</param>
    /// <param name="attempt">Which attempt was found.</param>
    /// <param name="invocation">Its invocation id.</param>
    /// <param name="pid">Its pid.</param>
    /// <param name="spec">The spec in force.</param>
    /// <param name="now">Both clocks.</param>
    /// <param name="endOf">How the main process of an earlier attempt ended; null: nobody knows.</param>
    public static JobState? CatchUp(JobState state, int attempt, Guid invocation, int pid, JobSpec spec, Instant now, Func<int, ExitStatus?> endOf)
    {
        for (var steps = 0; steps < MostSteps; steps++)
        {
            if (state.Phase is Phase.Spawning && state.Attempt == attempt)
            {
                return JobMachine.Apply(state, new JobEvent.Spawned(pid), spec, At(now)).Next;
            }

            if (state.Attempt > attempt || (state.Attempt == attempt && state.Phase is not Phase.Preparing) || Next(state, endOf) is not { } happened)
            {
                return null;
            }

            // Its own id for the attempt that was found; those that nobody saw have theirs for nobody.
            var moment = new Moment(state.RetryAt is { } due && due.Monotonic > now.Monotonic ? due : now, 0, state.Attempt + 1 == attempt ? invocation : Guid.Empty);
            state = JobMachine.Apply(state, happened, spec, moment).Next;
        }

        return null;

        Moment At(Instant instant) => new(instant, 0, invocation);
    }

    /// <summary>
    /// A start had been asked for, and no process of it is found: whether it was made, and how it ended, nobody knows. It is not made again: a run too many
    /// may do what cannot be undone; one that is lost is counted, told, and followed by the next as the policy says.
    /// </summary>
    public static JobState NeverSeen(JobState state, JobSpec spec, Instant now)
    {
        var moment = new Moment(now, 0, Guid.Empty);
        var running = JobMachine.Apply(state with { Ending = null }, new JobEvent.Spawned(0), spec, moment).Next;
        return JobMachine.Apply(running with { Ending = state.Ending }, new JobEvent.Exited(null, default, Leftovers: false), spec, moment).Next;
    }

    /// <summary>What follows by itself, or by somebody's word, on the way to the next attempt.</summary>
    private static JobEvent? Next(JobState state, Func<int, ExitStatus?> endOf) => state.Phase switch
    {
        Phase.Running or Phase.Ready or Phase.Stopping or Phase.Killing => new JobEvent.Exited(endOf(state.Attempt), default, Leftovers: false),
        Phase.Preparing or Phase.GivingUp => new JobEvent.StepEnded(null),
        Phase.Clearing => state.StepsRunning > 0 ? new JobEvent.StepEnded(null) : new JobEvent.LeftoversGone(),
        Phase.Draining => new JobEvent.LogDrained(),
        Phase.Cleaning => new JobEvent.StepEnded(null),
        Phase.Backoff => new JobEvent.DeadlineDue(),
        Phase.Waiting => new JobEvent.DependenciesMet(),
        Phase.Stopped or Phase.Completed or Phase.Failed or Phase.Scheduled => new JobEvent.Start(ByHand: true, Run: true),
        Phase.Spawning => new JobEvent.Spawned(0),
        _ => null,
    };
}
