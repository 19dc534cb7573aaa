using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>What the engine asks of the memory that jobs share with the supervisor and each other. Implemented by SharedMemory/, faked on floor 2.</summary>
public interface IBoards
{
    /// <summary>
    /// The shared memory of an instance: its state board, and its share in the named regions. It belongs to the job, not to a process: it
    /// outlives every run. Nothing is allocated before its first attempt.
    /// </summary>
    IJobMemory Open(InstanceName name, bool board, Sequence<RegionSpec> regions);
}

/// <summary>The shared memory of one instance. Engine thread only; nothing blocks, nothing that the job writes can make it fail.</summary>
public interface IJobMemory
{
    /// <summary>What the main process of the attempt inherits.</summary>
    Sequence<InheritedDescriptor> Descriptors { get; }

    /// <summary>The heartbeat as it stands now; null: there is no board.</summary>
    ulong? Heartbeat { get; }

    /// <summary>
    /// The job is to have other memory from the next attempt on; none of its processes runs. What it no longer names is given back, what stays keeps its
    /// content.
    /// </summary>
    void Reconfigure(bool board, Sequence<RegionSpec> regions);

    /// <summary>An attempt begins: what is missing is made, and what the job wrote in the one before is cleared, apart from the bytes that are its own.</summary>
    /// <exception cref="Linux.ErrnoException">No descriptors or no memory left.</exception>
    void BeginAttempt();

    /// <summary>The image before this one has begun the attempt: what it has left is taken over as it is, what is missing is made.</summary>
    /// <exception cref="Linux.ErrnoException">No descriptors or no memory left.</exception>
    void GoOn();

    /// <summary>Writes the supervisor's part.</summary>
    void Publish(in BoardFacts facts);

    /// <summary>The job is gone: gives the board and its share in the regions back.</summary>
    void Close();
}

/// <summary>What the supervisor tells a job on its board.</summary>
/// <param name="Goal">What is wanted.</param>
/// <param name="KillIn">Time until SIGKILL follows the stop that is on its way; null: there is none.</param>
/// <param name="Pid">Main process; null: none.</param>
/// <param name="Started">When it started.</param>
/// <param name="Attempt">Number of the attempt.</param>
/// <param name="Restarts">Automatic restarts since the last start by hand.</param>
/// <param name="Reloads">Reloads asked of this attempt.</param>
/// <param name="LastExit">How the run before ended; null: there was none.</param>
public readonly record struct BoardFacts(
    BoardGoal Goal, TimeSpan? KillIn, int? Pid, DateTimeOffset? Started, int Attempt, int Restarts, int Reloads, ExitRecord? LastExit);

/// <summary>Goals as the board has them: the numbers are its ABI.</summary>
public enum BoardGoal
{
    /// <summary>Run.</summary>
    Run = 1,
    /// <summary>End, before the deadline.</summary>
    Stop = 2,
    /// <summary>Re-read the configuration.</summary>
    Reload = 3,
}
