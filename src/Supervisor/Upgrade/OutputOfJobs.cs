using System.Globalization;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Upgrade;

/// <summary>
/// Finds the pipes of jobs whose read ends went with a killed supervisor: a job that runs has its pipe open, and through its descriptor the same pipe can be
/// opened for reading again, with what is in it.
/// </summary>
public static class OutputOfJobs
{
    /// <summary>Opens the pipes of a process, and leaves them in the holder under the names that the logs use.</summary>
    public static void Reopen(HeldProcess process, DescriptorHolder holder)
    {
        var pid = process.Pid.ToString(CultureInfo.InvariantCulture);
        var output = Open(pid, 1, process);
        Leave($"log/{process.Owner}/out", output, holder);
        if (LinkOf(pid, 1) != LinkOf(pid, 2))
        {
            Leave($"log/{process.Owner}/err", Open(pid, 2, process), holder);
        }
    }

    private static void Leave(string name, int? descriptor, DescriptorHolder holder)
    {
        if (descriptor is { } found && !holder.TryLeave(name, found))
        {
            _ = unistd_h.close(found);
        }
    }

    // Only a pipe that the process got from us: it may have put anything in its place.
    private static int? Open(string pid, int number, HeldProcess process)
    {
        if (LinkOf(pid, number) is not { } link || !link.StartsWith("pipe:", StringComparison.Ordinal) || (process.Pipes.Count > 0 && !process.Pipes.Contains(link)))
        {
            return null;
        }

        var descriptor = fcntl_h.open($"/proc/{pid}/fd/{number.ToString(CultureInfo.InvariantCulture)}", fcntl_h.O_RDONLY | fcntl_h.O_NONBLOCK | fcntl_h.O_CLOEXEC, 0);
        return descriptor < 0 ? null : descriptor;
    }

    private static string? LinkOf(string pid, int number)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/fd/{number.ToString(CultureInfo.InvariantCulture)}").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
