using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>What readers (top, the dashboard, metrics) see of the shared memory, without asking the jobs: callable from any thread.</summary>
public interface IBoardReader
{
    /// <summary>What the board of an instance says now; null: it has none (yet).</summary>
    BoardSnapshot? Read(InstanceName name);

    /// <summary>The named regions that exist, by name.</summary>
    IReadOnlyList<RegionUsage> Regions();
}

/// <summary>What a job says on its board, checked: nothing in it can be anything but what its type says.</summary>
public sealed record BoardSnapshot
{
    /// <summary>The heartbeat; 0: it has not beaten in this attempt.</summary>
    public required ulong Heartbeat { get; init; }

    /// <summary>Time since a reading first found this heartbeat: what the last beat is older than at most by the time between two readings. Null: no beat, or no earlier reading to compare with.</summary>
    public TimeSpan? HeartbeatAge { get; init; }

    /// <summary>What the job says of itself; null: nothing.</summary>
    public BoardPhase? Phase { get; init; }

    /// <summary>How far it is; null: it has not said.</summary>
    public BoardProgress? Progress { get; init; }

    /// <summary>What it does, one line without control characters; null: it has not said.</summary>
    public string? StatusText { get; init; }

    /// <summary>Its counters and gauges, in the order of the table.</summary>
    public ImmutableArray<BoardCounter> Counters { get; init; } = [];

    /// <summary>What is wrong with the board, in words; what they concern is left out.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];
}

/// <summary>Phases that a job writes: the numbers are the board's ABI.</summary>
public enum BoardPhase
{
    /// <summary>Starting.</summary>
    Starting = 1,
    /// <summary>Ready.</summary>
    Ready = 2,
    /// <summary>Stopping.</summary>
    Stopping = 3,
}

/// <summary>Progress; <paramref name="Total"/> 0: not known.</summary>
public readonly record struct BoardProgress(ulong Done, ulong Total);

/// <summary>A counter (only grows, unsigned) or a gauge (signed) of a job.</summary>
public readonly record struct BoardCounter(string Name, bool IsGauge, ulong Bits)
{
    /// <summary>The value in digits.</summary>
    public override string ToString() => IsGauge ? ((long)Bits).ToString() : Bits.ToString();
}

/// <summary>A named region.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Resident">Bytes that have a page.</param>
/// <param name="Users">The instances that hold it, in order of their names.</param>
public sealed record RegionUsage(string Name, long Size, long Resident, ImmutableArray<InstanceName> Users);
