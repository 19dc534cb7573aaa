using System.Globalization;

namespace Supervisor.Processes;

/// <summary>Some fields of /proc/PID/stat. Source: proc_pid_stat(5).</summary>
internal readonly record struct ProcStat(char State, int Parent, int Group, int Session, uint Flags, long StartTime)
{
    /// <summary>Whether it still runs: not a zombie, not dead.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    /// <summary>Of a process; null when it is gone.</summary>
    public static ProcStat? Read(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

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
    public static ulong StartTimeOf(int pid)
    {
        try
        {
            return StartTimeIn(File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Pure: the start time in the text of a stat file.</summary>
    public static ulong StartTimeIn(string text)
    {
        const int Field = 22 - 3; // the state is field 3, and first after the name
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', Field + 2, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > Field && ulong.TryParse(fields[Field], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : 0;
    }

    /// <summary>Every pid that /proc shows.</summary>
    public static IEnumerable<int> AllPids() =>
        Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out var pid) ? pid : 0).Where(pid => pid > 0);
}
