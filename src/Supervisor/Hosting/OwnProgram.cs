using System.Collections;
using System.Text;
using Supervisor.Linux;
using Supervisor.Upgrade;

namespace Supervisor.Hosting;

/// <summary>The program that this process runs: how it was started, and whether its file has been replaced since.</summary>
internal static class OwnProgram
{
    /// <summary>argv of this process.</summary>
    public static IReadOnlyList<string> Arguments { get; } = [.. Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).TrimEnd('\0').Split('\0')];

    /// <summary>
    /// The file to start a next image from: the name that this one was started by where that is a path (a link that points to another version by now is
    /// followed then), else the file that runs.
    /// </summary>
    public static string Path { get; } = PathOf(Arguments[0], Environment.ProcessPath ?? Arguments[0], Environment.CurrentDirectory);

    /// <summary>Its environment now.</summary>
    public static IReadOnlyDictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);

    /// <summary>The id of this boot; empty when the kernel tells none.</summary>
    public static string BootId() => Linux.BootId.Read() ?? "";

    /// <summary>Whether another file is at <see cref="Path"/> now than the one that runs.</summary>
    public static unsafe bool IsReplaced()
    {
        sys_stat_h.statx_t running, there;
        return sys_stat_h.statx(fcntl_h.AT_FDCWD, "/proc/self/exe", 0, sys_stat_h.STATX_BASIC_STATS, &running) == 0
            && sys_stat_h.statx(fcntl_h.AT_FDCWD, Path, 0, sys_stat_h.STATX_BASIC_STATS, &there) == 0
            && (running.stx_ino, running.stx_dev_major, running.stx_dev_minor) != (there.stx_ino, there.stx_dev_major, there.stx_dev_minor);
    }

    /// <summary>Pure: which file that is.</summary>
    public static string PathOf(string name, string running, string directory)
    {
        // What the kernel shows of a file that is no longer there.
        const string Gone = " (deleted)";
        running = running.EndsWith(Gone, StringComparison.Ordinal) ? running[..^Gone.Length] : running;
        return name.Contains('/') ? System.IO.Path.GetFullPath(System.IO.Path.Combine(directory, name)) : running;
    }

    /// <summary>The state that an image before this one has left in this process; null: there was none.</summary>
    /// <exception cref="HandoverException">It cannot be read.</exception>
    public static Handover? TakeHandover()
    {
        var number = Environment.GetEnvironmentVariable(HandoverFile.Variable);
        Environment.SetEnvironmentVariable(HandoverFile.Variable, null);
        return int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var descriptor) ? HandoverFile.Read(descriptor) : null;
    }
}
