using Supervisor.Linux;

namespace Supervisor.Cleanup;

/// <summary>
/// Children that the supervisor before us had made when it was killed, and that have not come to execve: they still carry its environment, so nothing tells whose
/// they are, and may set their mark at any moment. The time between is some microseconds, so whoever reads marks waits for it to pass.
/// </summary>
internal static unsafe class UnfinishedStarts
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(2);
    private const int Pause = 1; // ms

    /// <summary>Returns when there are none, at the latest after two seconds (a child may hang in a dead file system).</summary>
    public static void Wait(TimeProvider time)
    {
        var name = ProcStat.NameIn(ProcStat.ReadText(Environment.ProcessId) ?? "");
        var began = time.GetTimestamp();
        while (ProcStat.AllPids().Any(pid => pid != Environment.ProcessId && ProcStat.ReadText(pid) is { } stat && IsUnfinished(stat, name)) && time.GetElapsedTime(began) < _longest)
        {
            // Nothing tells of an execve; the engine, whose deadlines this would be, does not run yet.
            _ = poll_h.poll(null, 0, Pause);
        }
    }

    /// <summary>Whether a line of /proc/PID/stat is of such a child. Pure.</summary>
    /// <param name="stat">The line.</param>
    /// <param name="name">The name that the supervisor's main thread has, and its children until execve.</param>
    internal static bool IsUnfinished(string stat, string name) =>
        ProcStat.NameIn(stat) == name && ProcStat.Parse(stat) is { IsAlive: true, HasNotExeced: true };
}
