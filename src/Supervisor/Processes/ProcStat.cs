using System.Globalization;

namespace Supervisor.Processes;

/// <summary>Some fields of /proc/PID/stat. Source: proc_pid_stat(5).</summary>
internal readonly record struct ProcStat(char State, int Parent, int Group, uint Flags, long StartTime)
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
                uint.Parse(fields[6], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>Every pid that /proc shows.</summary>
    public static IEnumerable<int> AllPids() =>
        Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out var pid) ? pid : 0).Where(pid => pid > 0);
}
