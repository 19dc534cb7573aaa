using System.Globalization;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// Puts together what the record of the world and the journal know of the hooks of one instance. They are written independently of each other, so either may be
/// the newer one when the supervisor is killed; of what is owed, and of what has been done of it, the journal alone tells. Pure.
/// </summary>
internal static class OwedRecovery
{
    /// <summary>Whether the record tells that nothing is owed any more of what the journal still has: its last words were on their way.</summary>
    public static bool IsPast(JobState state, OwedEntry owed) => owed.Attempt < state.Attempt
        || (owed.Id == state.InvocationId && state.Cleanup is null && (state.Phase.HasNoProcess() || state.Phase is Phase.GivingUp));

    /// <summary>
    /// The instance as both have it. In phase cleaning without a process of a hook it waits until nothing of what had been begun lives (<see cref="OwedCleanups.Await"/>).
    /// </summary>
    /// <param name="world">What the record, and the processes that were found, tell.</param>
    /// <param name="owed">The newest attempt that the journal has of it; null: none owes anything.</param>
    /// <param name="now">Both clocks.</param>
    public static InstanceWorld Of(InstanceWorld world, OwedEntry? owed, Instant now)
    {
        var state = world.State;
        if (owed is null || IsPast(state, owed))
        {
            return state switch
            {
                { Cleanup: null } => world,
                { Phase: Phase.Cleaning } => Waiting(world, state with { Cleanup = state.Cleanup with { Hooks = [], Running = null } }),
                _ => world with { State = state with { Cleanup = null } },
            };
        }

        var isSame = owed.Id == state.InvocationId;
        var known = isSame ? state.Cleanup : null;
        if (isSame && owed.Cause is null && state.Phase is not Phase.Cleaning)
        {
            return world with { State = state with { Cleanup = Cleanup(owed, null) with { IsInherited = known is { IsInherited: true } } } };
        }

        var started = owed.BegunWasStarted ? owed.Begun : null;
        var merged = Cleanup(owed, started?.Number) with
        {
            Cause = owed.Cause ?? known?.Cause ?? Lost(owed.Main),
            CalledOff = owed.CalledOff || known is { CalledOff: true },
            IsInherited = known is { IsInherited: true },
        };
        if (state.Phase is Phase.Cleaning && isSame)
        {
            // The hook that runs is looked after as before when its process is known.
            return HasHook(world) && started is { } begun && known?.Running?.Number == begun.Number ? world with { State = state with { Cleanup = merged } }
                : Waiting(world, state with { Cleanup = merged });
        }

        return Waiting(world, Ended(state, owed, merged, now));
    }

    /// <summary>Whether the process of a hook is known.</summary>
    public static bool HasHook(InstanceWorld world) => world.Steps.Any(step => step is { Kind: StepKind.Cleanup, Process: not null });

    /// <summary>What hooks are told of an end that nobody knows.</summary>
    public static Sequence<EnvironmentVariable> Lost(ProcessIdentity? main) => main is null
        ? [new("SERVICE_RESULT", "supervisor-lost")]
        : [new("SERVICE_RESULT", "supervisor-lost"), new("MAINPID", main.Pid.ToString(CultureInfo.InvariantCulture))];

    private static InstanceWorld Waiting(InstanceWorld world, JobState state) => world with { State = state with { StepsRunning = 1 }, Main = null, Steps = [] };

    private static OwedCleanup Cleanup(OwedEntry owed, int? running) => new()
    {
        Id = owed.Id,
        Process = owed.Process,
        Hooks = owed.Hooks.Where(hook => hook.Number != running).ToSequence(),
        Registered = owed.Registered,
        Running = running is null ? null : owed.Hooks.First(hook => hook.Number == running),
    };

    // An attempt whose end the record does not know, or whose beginning.
    private static JobState Ended(JobState state, OwedEntry owed, OwedCleanup cleanup, Instant now) => state with
    {
        Phase = Phase.Cleaning,
        Since = now,
        Attempt = owed.Attempt,
        InvocationId = owed.Id,
        AttemptBegan = new(now.Monotonic, owed.Began),
        Restarts = state.Restarts + Math.Max(0, owed.Attempt - Math.Max(1, state.Attempt)),
        Goal = state.Attempt < owed.Attempt ? Goal.Up : state.Goal,
        Cleanup = cleanup,
        Exits = owed.CalledOff ? state.Exits : [LostExits.Of(owed, cleanup.Cause ?? [], now), .. state.Exits.Take(JobState.KeptExits - 1)],
        Ending = cleanup.CalledOff && state.Ending is null ? new(EndingKind.Requested, "called off") : state.Ending,
        Pid = null,
        MainStarted = null,
        Exit = null,
        ExitAt = null,
        Failure = null,
        StartDeadline = null,
        StepDeadline = null,
        ReadyAt = null,
        RuntimeDeadline = null,
        RetryAt = null,
        Leftovers = false,
    };
}
