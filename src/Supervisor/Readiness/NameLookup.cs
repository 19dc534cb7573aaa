using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Supervisor.Readiness;

/// <summary>
/// Addresses of names. A look-up cannot be called off and holds a thread of the pool while a name server is silent: so there is one at a time for each
/// name, and whoever asks meanwhile waits for that one.
/// </summary>
internal static class NameLookup
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<IPAddress[]>>> _running = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The addresses, at least one.</summary>
    public static Task<IPAddress[]> Of(string name) => _running.GetOrAdd(name, static key => new(() => Ask(key))).Value;

    private static async Task<IPAddress[]> Ask(string name)
    {
        // Off the caller's path first: the entry must be there before it can be taken out.
        await Task.Yield();
        try
        {
            return await Dns.GetHostAddressesAsync(name).ConfigureAwait(false) is { Length: > 0 } found ? found
                : throw new SocketException((int)SocketError.HostNotFound);
        }
        finally
        {
            _running.TryRemove(name, out _);
        }
    }
}
