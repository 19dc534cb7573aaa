using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs;
using Supervisor.Linux;

namespace Supervisor.Cleanup;

/// <summary>A living process of an attempt of the supervisor before, held by pidfd.</summary>
internal sealed record LostProcess(string Id, int Pid, SafeFileHandle Pidfd) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Pidfd.Dispose();
}

/// <summary>
/// Finds what lives of attempts of the supervisor before. They are not our children: they are known by SUPERVISOR_INVOCATION_ID in their environment, main
/// processes also by pid, start time and boot, since some programs write over their environment. One look goes once through /proc, however many attempts.
/// </summary>
internal static class LostProcesses
{
    private static readonly byte[] _variable = "SUPERVISOR_INVOCATION_ID="u8.ToArray();

    /// <summary>All that live now.</summary>
    public static List<LostProcess> Of(IReadOnlyCollection<OwedEntry> entries)
    {
        var ids = entries.Select(entry => entry.Id).ToHashSet();
        var mains = entries.Where(entry => entry.Main is not null).ToLookup(entry => entry.Main!.Pid);
        var living = new List<LostProcess>();
        foreach (var pid in Pids())
        {
            if (pid == Environment.ProcessId || IdOf(pid, ids, mains) is null)
            {
                continue;
            }

            // The pidfd first, then the look again: what is read after it is of this very process, or nothing.
            var fd = unistd_h.pidfd_open(pid);
            if (fd < 0)
            {
                continue;
            }

            var pidfd = new SafeFileHandle(fd, ownsHandle: true);
            if (IdOf(pid, ids, mains) is { } id)
            {
                living.Add(new(id, pid, pidfd));
            }
            else
            {
                pidfd.Dispose();
            }
        }

        return living;
    }

    private static IEnumerable<int> Pids()
    {
        try
        {
            return [.. ProcStat.AllPids()];
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            return []; // without /proc nothing can be known, and nothing is killed by guess
        }
    }

    private static string? IdOf(int pid, HashSet<string> ids, ILookup<int, OwedEntry> mains)
    {
        try
        {
            if (ProcStat.Read(pid) is not { IsAlive: true } stat)
            {
                return null;
            }

            return mains[pid].FirstOrDefault(entry => entry.Main!.StartTime == stat.StartTime)?.Id ?? IdIn(File.ReadAllBytes($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/environ"), ids);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? IdIn(ReadOnlySpan<byte> environment, HashSet<string> ids)
    {
        foreach (var range in environment.Split((byte)0))
        {
            if (environment[range].StartsWith(_variable))
            {
                return ids.TryGetValue(Encoding.UTF8.GetString(environment[range][_variable.Length..]), out var id) ? id : null;
            }
        }

        return null;
    }
}
