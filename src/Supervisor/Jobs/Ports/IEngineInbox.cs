using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>Where every thread but the engine's delivers what it has learned. Never blocks, callable from any thread.</summary>
public interface IEngineInbox
{
    /// <summary>Queues a fact and wakes the engine.</summary>
    void Post(EngineFact fact);
}

/// <summary>Something that happened outside the engine.</summary>
public abstract record EngineFact;

/// <summary>A start is over: it runs (<paramref name="Child"/>) or a step failed (<paramref name="Failure"/>); exactly one is set.</summary>
/// <param name="SpawnId">Which.</param>
/// <param name="Child">Its process.</param>
/// <param name="Failure">What failed.</param>
/// <param name="Took">From the beginning of the start to its report.</param>
/// <param name="Warning">What of the job's <c>resources:</c> does not hold, in words; null: all does.</param>
public sealed record SpawnReported(long SpawnId, IChildProcess? Child, SpawnFailure? Failure, TimeSpan Took, string? Warning = null) : EngineFact;

/// <summary>A started process has ended and was reaped; posted after its <see cref="SpawnReported"/>.</summary>
/// <param name="SpawnId">Which.</param>
/// <param name="Status">Its status; null when the kernel had none for us (ECHILD).</param>
/// <param name="Usage">What it used.</param>
/// <param name="Leftovers">Whether its group, or orphans attributed to it, still have living processes.</param>
/// <param name="Cgroup">What all of its processes have used together; null: it has no cgroup.</param>
public sealed record ChildExited(long SpawnId, ExitStatus? Status, ResourceUsage Usage, bool Leftovers, CgroupUsage? Cgroup = null) : EngineFact;

/// <summary>A process that was taken over and is not our child may have ended: <see cref="IProcesses.CollectAdopted"/> tells.</summary>
public sealed record AdoptedEnded : EngineFact;

/// <summary>One of those has ended, and has not been reaped for too long.</summary>
public sealed record AdoptedOverdue(long SpawnId) : EngineFact;

/// <summary>A process that we did not start ended under us (as PID 1 or subreaper) and was reaped.</summary>
public sealed record OrphanReaped(int Pid, ExitStatus Status) : EngineFact;

/// <summary>The wall clock was set, or the machine has slept: what goes by it is due at another time.</summary>
public sealed record ClockWasSet : EngineFact;

/// <summary>An opening of sockets is over; <paramref name="Failure"/> null: all are open.</summary>
public sealed record SocketsOpened(long Request, SpawnFailure? Failure) : EngineFact;

/// <summary>A connection has come to a socket of an instance that waits for one.</summary>
public sealed record ConnectionCame(InstanceName Name) : EngineFact;

/// <summary>Everything that was in the pipes of the job when <see cref="IJobLog.Drain"/> was called has been taken over.</summary>
public sealed record LogDrained(long SpawnId) : EngineFact;
