using System.Globalization;
using System.Text;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>Processes that left their group and session and came to us, by what their environment says of their origin.</summary>
internal sealed class Orphans(ChildTable table)
{
    private const string Variable = "SUPERVISOR_INVOCATION_ID=";

    /// <summary>Whether a living orphan of this run is ours now.</summary>
    public bool HasAny(string invocationId) => Each(id => id == invocationId, null) > 0;

    /// <summary>Signals the living orphans of this run; whether there were any.</summary>
    public bool Signal(string invocationId, Signal signal) => Each(id => id == invocationId, signal) > 0;

    /// <summary>How many living orphans belong to no run that we know.</summary>
    public int CountStrays() => Each(IsStray, null);

    /// <summary>Signals them.</summary>
    public void SignalStrays(Signal signal) => Each(IsStray, signal);

    private bool IsStray(string? id) => id is null || !table.IsKnownRun(id);

    /// <summary>Counts, and signals if asked, the living orphans whose invocation id <paramref name="matches"/>.</summary>
    private int Each(Func<string?, bool> matches, Signal? signal)
    {
        var count = 0;
        foreach (var pid in Children())
        {
            if (table.IsOurs(pid))
                continue;
            // The pidfd first: what is read after it is of this very process, or nothing.
            var pidfd = unistd_h.pidfd_open(pid);
            if (pidfd < 0)
                continue;
            if (ProcStat.Read(pid) is { IsAlive: true } stat && stat.Parent == Environment.ProcessId && !table.IsOurs(pid) && matches(InvocationOf(pid))
                && unistd_h.pidfd_send_signal(pidfd, signal?.Number ?? 0, 0) == 0)
                count++;
            _ = unistd_h.close(pidfd);
        }

        return count;
    }

    /// <summary>The kernel gives orphans to the first living thread of the subreaper, the main one, which never ends before us.</summary>
    private static List<int> Children()
    {
        try
        {
            var children = File.ReadAllText($"/proc/self/task/{Environment.ProcessId}/children");
            return [.. children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            // A kernel without CONFIG_PROC_CHILDREN.
            var self = Environment.ProcessId;
            return [.. ProcStat.AllPids().Where(pid => ProcStat.Read(pid)?.Parent == self)];
        }
    }

    private static string? InvocationOf(int pid)
    {
        try
        {
            var environment = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/environ"));
            var at = environment.StartsWith(Variable, StringComparison.Ordinal) ? 0 : environment.IndexOf('\0' + Variable, StringComparison.Ordinal) + 1;
            if (at == 0 && !environment.StartsWith(Variable, StringComparison.Ordinal))
                return null;
            var value = environment[(at + Variable.Length)..];
            return value.IndexOf('\0') is var end and >= 0 ? value[..end] : value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
