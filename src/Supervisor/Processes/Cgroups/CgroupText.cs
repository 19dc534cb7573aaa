using System.Globalization;

namespace Supervisor.Processes.Cgroups;

/// <summary>Reads the texts of the kernel's cgroup files. Pure. Source: cgroups(7), Documentation/admin-guide/cgroup-v2.rst.</summary>
internal static class CgroupText
{
    /// <summary>A value of a file of <c>key value</c> lines (cpu.stat, memory.events, cgroup.events); null: no such key.</summary>
    public static long? Value(string? text, string key)
    {
        foreach (var line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (line.Length > key.Length && line[key.Length] == ' ' && line.StartsWith(key, StringComparison.Ordinal))
                return Number(line[(key.Length + 1)..]);
        }

        return null;
    }

    /// <summary>A file of one number; null for <c>max</c>, and when there is none.</summary>
    public static long? Number(ReadOnlySpan<char> text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A file of one pid a line (cgroup.procs). A process of another pid namespace is 0 there: left out.</summary>
    public static List<int> Pids(string? text)
    {
        var pids = new List<int>();
        foreach (var line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0)
                pids.Add(pid);
        }

        return pids;
    }

    /// <summary>The words of cgroup.controllers.</summary>
    public static string[] Words(string? text) => (text ?? "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Where a process is in the hierarchy of cgroup v2, by /proc/PID/cgroup; null: there is none.</summary>
    public static string? PathOf(string? text)
    {
        foreach (var line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (line.StartsWith("0::", StringComparison.Ordinal))
                return line[3..].ToString();
        }

        return null;
    }

    /// <summary>
    /// The directory of a path of cgroup v2, by /proc/self/mountinfo. Null when no mount shows it: also when it lies outside of our cgroup namespace
    /// (<c>/..</c>).
    /// </summary>
    public static string? DirectoryOf(string mountInfo, string path)
    {
        foreach (var line in mountInfo.Split('\n'))
        {
            // "31 23 0:28 /root /mount/point rw,nosuid shared:1 - cgroup2 cgroup2 rw"
            var end = line.IndexOf(" - ", StringComparison.Ordinal);
            var fields = line.Split(' ');
            if (end < 0 || fields.Length < 6 || !line[(end + 3)..].StartsWith("cgroup2 ", StringComparison.Ordinal))
                continue;
            var root = Unescaped(fields[3]).TrimEnd('/');
            if (!path.Contains("/..", StringComparison.Ordinal) && (path == root || path.StartsWith(root + "/", StringComparison.Ordinal)))
                return Unescaped(fields[4]) + path[root.Length..].TrimEnd('/');
        }

        return null;
    }

    // mountinfo writes blank, tab, newline and backslash in octal.
    private static string Unescaped(string text) => text
        .Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
        .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
