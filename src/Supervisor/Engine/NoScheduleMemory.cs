using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>Remembers nothing: every start is the first one.</summary>
internal sealed class NoScheduleMemory : IScheduleMemory
{
    /// <inheritdoc/>
    public DateTimeOffset? LastRun(InstanceName name) => null;

    /// <inheritdoc/>
    public void Ran(InstanceName name, DateTimeOffset nominal)
    {
    }
}
