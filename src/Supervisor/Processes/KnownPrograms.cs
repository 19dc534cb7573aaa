using System.Collections.Concurrent;
using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>
/// Programs whose head has been looked at and found good, as they were then: a start of the same file needs one statx instead of eight calls. What is
/// remembered is dropped when execve refuses the program after all.
/// </summary>
internal static unsafe class KnownPrograms
{
    // A configuration has some dozens of programs; a job that makes a new one for every start must not fill our memory.
    private const int Most = 1024;

    // ms. In a burst of starts of one program it is looked at once; when it has been replaced meanwhile, execve says so.
    private const long Fresh = 1000;

    private static readonly ConcurrentDictionary<string, Good> _good = new(StringComparer.Ordinal);

    /// <summary>Checks <paramref name="path"/> unless the file is the one that was good last time.</summary>
    /// <exception cref="SpawnFailedException">It cannot be executed.</exception>
    public static void Check(string path, string directory, RootedFiles files)
    {
        // Inside another root the same path is another file, and opening it is what finds out.
        if (files.Root is not null)
        {
            ProgramCheck.Check(path, directory, files);
            return;
        }

        var isKnown = _good.TryGetValue(path, out var known);
        if (isKnown && Environment.TickCount64 - known.At < Fresh)
        {
            return;
        }

        var now = IdentityOf(path);
        if (isKnown && now == known.Identity)
        {
            _good[path] = known with { At = Environment.TickCount64 };
            return;
        }

        ProgramCheck.Check(path, directory, files);
        if (now is { } identity)
        {
            if (_good.Count >= Most)
            {
                _good.Clear();
            }

            _good[path] = new(identity, Environment.TickCount64);
        }
    }

    /// <summary>execve has refused it: why, if a look at it tells more than errno.</summary>
    /// <exception cref="SpawnFailedException">It cannot be executed, and this is why.</exception>
    public static void CheckAgain(string path, string directory)
    {
        _good.TryRemove(path, out _);
        ProgramCheck.Check(path, directory, new RootedFiles(null));
    }

    private static Identity? IdentityOf(string path)
    {
        sys_stat_h.statx_t stat;
        return sys_stat_h.statx(fcntl_h.AT_FDCWD, path, 0, sys_stat_h.STATX_BASIC_STATS, &stat) == 0
            ? new(stat.stx_dev_major, stat.stx_dev_minor, stat.stx_ino, stat.stx_ctime_sec, stat.stx_ctime_nsec)
            : null;
    }

    private readonly record struct Good(Identity Identity, long At);

    private readonly record struct Identity(uint DeviceMajor, uint DeviceMinor, ulong Inode, long ChangedSeconds, uint ChangedNanoseconds);
}
