using System.Runtime;

namespace Supervisor.Hosting;

/// <summary>
/// No collection while the configuration is read and the first jobs are started, until it is quiet: nearly all of what is made then stays, so that a collection moves it all
/// and frees nothing, and every job waits for that, or whoever is the first to ask for something afterwards. Memory is taken as it is used; <see cref="IdleMemory"/> ends it, and
/// gives back what was too much.
/// </summary>
internal static class StartMemory
{
    // Some thousand jobs. More, and collections go on as usual.
    private const long Enough = 64 << 20;

    // Bytes of configuration from which on a collection would come at all: to ask for none takes a millisecond too.
    private const long Large = 16 << 10;

    /// <summary>From here on. Where a limit of memory does not leave room for that, nothing changes.</summary>
    /// <param name="configuration">The file that is about to be read.</param>
    public static void Begin(string configuration)
    {
        if (new FileInfo(configuration) is not { Exists: true, Length: >= Large })
        {
            return;
        }

        try
        {
            _ = GC.TryStartNoGCRegion(Enough);
        }
        catch (ArgumentOutOfRangeException)
        {
            // More than the collector may take here: it works as usual then.
        }
    }

    /// <summary>It is quiet.</summary>
    public static void End()
    {
        if (GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
        {
            return;
        }

        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself, just now: more was used.
        }
    }
}
