using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Supervisor.Control;

/// <summary>
/// The memory of connections is that of the runtime's shared pool, which the collector takes back. Kestrel's own pool looks every ten seconds for blocks that nobody
/// uses: four threads wake up for that while nothing happens.
/// </summary>
internal sealed class SharedBuffers : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => MemoryPool<byte>.Shared;
}
