using System.Globalization;
using System.Text;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// Finds what a supervisor that was killed had started: by the names of the pidfds that it left in the service manager's store, and, for what it had no time to
/// store, by the variables of every process. SUPERVISOR_ORIGIN tells our own from those of another supervisor on this machine.
/// </summary>
internal static class LostProcesses
{
    /// <summary>The variable that tells whose a process is.</summary>
    public const string Origin = "SUPERVISOR_ORIGIN";

    private const string Prefix = "process/";

    /// <summary>Pure: what a name under which a pidfd was held says; null: it is another kind of name.</summary>
    public static HeldProcess? Parse(string holderName)
    {
        var parts = holderName.StartsWith(Prefix, StringComparison.Ordinal) ? holderName[Prefix.Length..].Split('/') : [];
        return parts is [var owner, var role, var attempt, var spawn, var pid, var start, var invocation]
            && int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var ofAttempt)
            && long.TryParse(spawn, NumberStyles.None, CultureInfo.InvariantCulture, out var spawnId)
            && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && ulong.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var started)
            ? new()
            {
                Owner = OwnerOf(owner),
                Role = role,
                Attempt = ofAttempt,
                SpawnId = spawnId,
                Pid = number,
                StartTime = started,
                InvocationId = invocation,
            }
            : null;
    }

    /// <summary>Living processes that lead a session of their own, as every start of ours does, and say that they come from <paramref name="origin"/>.</summary>
    public static IEnumerable<HeldProcess> Scan(string origin)
    {
        foreach (var pid in ProcStat.AllPids())
        {
            if (ProcStat.Read(pid) is { IsAlive: true } stat && stat.Group == pid && Variables(pid) is { } variables
                && variables.GetValueOrDefault(Origin) == origin && Of(pid, (ulong)stat.StartTime, variables) is { } found
                && ProcStat.StartTimeOf(pid) == found.StartTime)
                yield return found;
        }
    }

    private static HeldProcess? Of(int pid, ulong start, Dictionary<string, string> variables) =>
        variables.TryGetValue("SUPERVISOR_JOB", out var job) && variables.TryGetValue("SUPERVISOR_INVOCATION_ID", out var invocation)
        && int.TryParse(variables.GetValueOrDefault("SUPERVISOR_ATTEMPT"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
        ? new()
        {
            Owner = OwnerOf(variables.GetValueOrDefault("SUPERVISOR_NAME") ?? job),
            Role = variables.GetValueOrDefault("SUPERVISOR_STEP") ?? "main",
            Attempt = attempt,
            SpawnId = 0,
            Pid = pid,
            StartTime = start,
            InvocationId = invocation,
        }
        : null;

    // "web@2": an @ cannot be in the name of a job.
    private static InstanceName OwnerOf(string name) =>
        name.LastIndexOf('@') is > 0 and var at && int.TryParse(name[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new(name[..at], index, IsNumbered: true)
            : new(name);

    private static Dictionary<string, string>? Variables(int pid)
    {
        try
        {
            var all = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/environ")).Split('\0'))
            {
                if (entry.IndexOf('=') is > 0 and var equals)
                    all.TryAdd(entry[..equals], entry[(equals + 1)..]);
            }

            return all;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
