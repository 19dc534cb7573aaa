using System.Globalization;

namespace Supervisor.Linux;

/// <summary>Some fields of /proc/PID/stat. Source: proc_pid_stat(5).</summary>
internal readonly record struct ProcStat(char State, int Parent, int Group, int Session, uint Flags, long StartTime)
{
    private const ulong TicksPerSecond = 100; // USER_HZ of asm/param.h: that of /proc, whatever the kernel was built with
    private const uint Exiting = 0x4; // PF_EXITING of linux/sched.h
    private const uint NotExeced = 0x40; // PF_FORKNOEXEC of linux/sched.h

    /// <summary>Whether it was forked and has not come to execve.</summary>
    public bool HasNotExeced => (Flags & NotExeced) != 0;

    /// <summary>Whether it is on its way to be a zombie: its memory and descriptors may be gone already, and its children are still its own.</summary>
    public bool IsExiting => IsAlive && (Flags & Exiting) != 0;

    /// <summary>Whether it still runs: not a zombie, not dead.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    /// <summary>Of a process; null when it is gone.</summary>
    public static ProcStat? Read(int pid) => ReadText(pid) is { } text ? Parse(text) : null;

    /// <summary>The whole line; null when the process is gone.</summary>
    public static string? ReadText(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Pure: the name of the main thread in a line; empty when it is none.</summary>
    public static string NameIn(string text) =>
        text.IndexOf('(', StringComparison.Ordinal) is >= 0 and var begin && text.LastIndexOf(')') is var end && end > begin ? text[(begin + 1)..end] : "";

    /// <summary>Pure: the name in parentheses may hold anything, so the fields count from the last one.</summary>
    public static ProcStat? Parse(string text)
    {
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', 21, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 20 ? null
            : new(fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[2], CultureInfo.InvariantCulture),
                int.Parse(fields[3], CultureInfo.InvariantCulture),
                uint.Parse(fields[6], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>When a process started, in clock ticks since the boot (field 22); 0: it is gone.</summary>
    public static ulong StartTimeOf(int pid) => (ulong)(Read(pid)?.StartTime ?? 0);

    /// <summary>The clock of <see cref="StartTimeOf"/>, now: a process that is made between two equal readings has that start time.</summary>
    public static unsafe ulong StartTimeNow()
    {
        var now = stackalloc long[2];
        // Cannot fail: the clock is there since Linux 2.6.39. As the kernel does it: whole ticks, the rest cut off.
        _ = time_h.clock_gettime(time_h.CLOCK_BOOTTIME, now);
        return ((ulong)now[0] * TicksPerSecond) + ((ulong)now[1] / (1_000_000_000 / TicksPerSecond));
    }

    /// <summary>Every pid that /proc shows.</summary>
    public static IEnumerable<int> AllPids() =>
        Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out var pid) ? pid : 0).Where(pid => pid > 0);
}
