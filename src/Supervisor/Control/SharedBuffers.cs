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
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    // Kestrel asks for 0 bytes and means some, of which the shared pool gives none.
    private sealed class Pool : MemoryPool<byte>
    {
        public override int MaxBufferSize => Shared.MaxBufferSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(minBufferSize > 0 ? minBufferSize : -1);

        protected override void Dispose(bool disposing)
        {
            // What has been given out is the shared pool's.
        }
    }
}
