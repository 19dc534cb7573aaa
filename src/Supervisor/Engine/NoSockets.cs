using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>For an engine whose jobs have no sockets.</summary>
internal sealed class NoSockets : ISockets
{
    /// <inheritdoc/>
    public IJobSockets Of(InstanceName name, Sequence<SocketSpec> sockets) => throw new InvalidOperationException($"{name} has sockets, and nobody opens any");
}
