using System.Globalization;
using Supervisor.Linux;

namespace Supervisor.Cleanup;

/// <summary>
/// Children that the supervisor before us had made when it was killed, and that have not come to execve: they still carry its environment, so nothing tells whose
/// they are, and may set their mark at any moment. The time between is some microseconds, so whoever reads marks waits for it to pass.
/// </summary>
internal static unsafe class UnfinishedStarts
{
    private const int NotExeced = 0x40; // PF_FORKNOEXEC of linux/sched.h
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(2);
    private const int Pause = 1; // ms

    /// <summary>Returns when there are none, at the latest after two seconds (a child may hang in a dead file system).</summary>
    public static void Wait(TimeProvider time)
    {
        var name = NameOf("self");
        var began = time.GetTimestamp();
        while (Directory.EnumerateDirectories("/proc").Any(directory => IsProcess(Path.GetFileName(directory), name)) && time.GetElapsedTime(began) < _longest)
        {
            // Nothing tells of an execve; the engine, whose deadlines this would be, does not run yet.
            _ = poll_h.poll(null, 0, Pause);
        }
    }

    /// <summary>Whether a line of /proc/PID/stat is of such a child. Pure.</summary>
    /// <param name="stat">The line.</param>
    /// <param name="name">The name that the supervisor's main thread has, and its children until execve.</param>
    internal static bool IsUnfinished(string stat, string name)
    {
        var end = stat.LastIndexOf(')');
        var fields = stat[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return end > 0 && stat[(stat.IndexOf('(') + 1)..end] == name && fields is [not ("Z" or "X"), ..] && fields.Length > 6
            && (long.Parse(fields[6], CultureInfo.InvariantCulture) & NotExeced) != 0;
    }

    private static bool IsProcess(string pid, string? name) =>
        name is not null && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != Environment.ProcessId
        && StatOf(pid) is { } stat && IsUnfinished(stat, name);

    private static string? NameOf(string pid) => StatOf(pid) is { } stat ? stat[(stat.IndexOf('(') + 1)..stat.LastIndexOf(')')] : null;

    private static string? StatOf(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
