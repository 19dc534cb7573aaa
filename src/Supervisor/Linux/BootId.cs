namespace Supervisor.Linux;

/// <summary>The id of this boot: pids, pipes and the monotonic clock mean nothing in another. Source: random(4).</summary>
internal static class BootId
{
    /// <summary>Reads it; null when the kernel tells none.</summary>
    public static string? Read()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
