using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>An engine without shared memory: every job runs as with <c>board: false</c> and without regions.</summary>
public sealed class NoBoards : IBoards, IJobMemory
{
    /// <inheritdoc/>
    public Sequence<InheritedDescriptor> Descriptors => [];

    /// <inheritdoc/>
    public ulong? Heartbeat => null;

    /// <inheritdoc/>
    public IJobMemory Open(InstanceName name, bool board, Sequence<RegionSpec> regions) => this;

    /// <inheritdoc/>
    public void Reconfigure(bool board, Sequence<RegionSpec> regions)
    {
    }

    /// <inheritdoc/>
    public void BeginAttempt()
    {
    }

    /// <inheritdoc/>
    public void GoOn()
    {
    }

    /// <inheritdoc/>
    public void Publish(in BoardFacts facts)
    {
    }

    /// <inheritdoc/>
    public void Close()
    {
    }
}
