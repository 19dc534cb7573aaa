using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.SharedMemory;

/// <summary>The board and the regions of one instance.</summary>
internal sealed class JobMemory : IJobMemory
{
    /// <summary>The variable that tells a program the number of its board's descriptor.</summary>
    public const string BoardVariable = "SUPERVISOR_BOARD_FD";

    private readonly Action<JobMemory> _closed;
    private readonly TimeProvider _time;

    internal JobMemory(InstanceName name, Board? board, IReadOnlyList<Region> regions, TimeProvider time, Action<JobMemory> closed)
    {
        (Name, Board, Regions, _time, _closed) = (name, board, regions, time, closed);
        var descriptors = regions.Select(region => new InheritedDescriptor((int)region.File.DangerousGetHandle(), region.Spec.Variable));
        Descriptors = (board is null ? descriptors : descriptors.Prepend(new((int)board.File.DangerousGetHandle(), BoardVariable))).ToSequence();
    }

    /// <summary>Whose it is.</summary>
    public InstanceName Name { get; }

    /// <summary>Its board; null: it wants none.</summary>
    public Board? Board { get; }

    /// <summary>The regions that it names.</summary>
    public IReadOnlyList<Region> Regions { get; }

    /// <inheritdoc/>
    public Sequence<InheritedDescriptor> Descriptors { get; }

    /// <inheritdoc/>
    public ulong? Heartbeat => Board?.Heartbeat;

    /// <inheritdoc/>
    public void BeginAttempt() => Board?.BeginAttempt();

    /// <inheritdoc/>
    public void Publish(in BoardFacts facts) => Board?.Publish(facts, Nanoseconds(_time));

    /// <inheritdoc/>
    public void Close() => _closed(this);

    /// <summary>CLOCK_MONOTONIC in ns: what the timestamp of the system's time provider is on Linux.</summary>
    internal static long Nanoseconds(TimeProvider time) => time.GetTimestamp() * (1_000_000_000 / time.TimestampFrequency);
}
