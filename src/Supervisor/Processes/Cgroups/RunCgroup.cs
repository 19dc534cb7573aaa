using System.Globalization;
using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes.Cgroups;

/// <summary>
/// The cgroup of one start (the main process, or a command beside it) inside its job's. Everything that the program starts is in it, whatever session
/// or parent it has. Methods are callable from any thread, also when it has been removed: then nobody is in it.
/// </summary>
/// <param name="path">Its directory.</param>
/// <param name="hierarchyPath">What /proc/PID/cgroup says of its members.</param>
/// <param name="memoryLimit">resources.memory of the job.</param>
internal sealed class RunCgroup(string path, string hierarchyPath, ulong? memoryLimit)
{
    /// <summary>Its directory.</summary>
    public string Path => path;

    /// <summary>Whether it is stopped by the freezer, itself or by one above it.</summary>
    public bool IsFrozen => CgroupText.Value(CgroupFile.Read(path + "/cgroup.events"), "frozen") == 1;

    /// <summary>
    /// Whether anybody lives in it or below it. Nearly always one short file tells that nobody does; where it says otherwise the list is asked too,
    /// since the last process may count for a moment longer than wait(2) shows it.
    /// </summary>
    public bool HasMembers() => CgroupText.Value(CgroupFile.Read(path + "/cgroup.events"), "populated") == 1 && Members().Count > 0;

    /// <summary>cgroup.procs, open for writing (close-on-exec): a child that writes 0 to it is in.</summary>
    /// <exception cref="SpawnFailedException">It cannot be opened.</exception>
    public int OpenMembers()
    {
        var file = path + "/cgroup.procs";
        var fd = fcntl_h.open(file, fcntl_h.O_WRONLY | fcntl_h.O_CLOEXEC, 0);
        return fd >= 0 ? fd : throw SpawnFailedException.Of(ExecStep.JoinCgroup, Marshal.GetLastPInvokeError(), file);
    }

    /// <summary>SIGKILL to all that is in it, at once, whatever it forks meanwhile (cgroup.kill; Linux before 5.14: one by one).</summary>
    /// <returns>Whether anybody was there.</returns>
    public bool Kill()
    {
        if (!HasMembers())
            return false;
        if (CgroupFile.Write(path + "/cgroup.kill", "1") != 0)
            SignalEach(Signal.Kill, outsideOf: null);
        return true;
    }

    /// <summary>Signals its members one by one, each by a pidfd; whether anybody was there to be signalled.</summary>
    /// <param name="signal">Which.</param>
    /// <param name="outsideOf">Those of this process group have been signalled already; null: nobody has.</param>
    public bool SignalEach(Signal signal, int? outsideOf)
    {
        var someone = false;
        foreach (var pid in Members())
        {
            if (outsideOf is { } group && unistd_h.getpgid(pid) == group)
            {
                someone = true;
                continue;
            }

            // The pidfd first: what is read after it is of this very process, or nothing.
            using var pidfd = Pidfd.Open(pid, out _);
            if (pidfd is not null && Holds(pid))
                someone |= pidfd.Send(signal.Number) == 0;
        }

        return someone;
    }

    /// <summary>Everybody in it and below it.</summary>
    public IReadOnlyList<int> Members() => Members(path);

    /// <summary>What its processes have used; null when it is gone.</summary>
    public CgroupUsage? Usage()
    {
        if (CgroupFile.Read(path + "/cpu.stat") is not { } cpu)
            return null;
        var kills = CgroupText.Value(CgroupFile.Read(path + "/memory.events"), "oom_kill") ?? 0;
        return new()
        {
            Cpu = TimeSpan.FromMicroseconds(CgroupText.Value(cpu, "usage_usec") ?? 0),
            Throttled = CgroupText.Value(cpu, "throttled_usec") is { } throttled ? TimeSpan.FromMicroseconds(throttled) : null,
            MemoryPeak = CgroupText.Number(CgroupFile.Read(path + "/memory.peak")),
            OomKills = kills,
            // "oom" counts where the limit is: one level up, at the job.
            MemoryLimit = kills > 0 && CgroupText.Value(CgroupFile.Read(System.IO.Path.GetDirectoryName(path) + "/memory.events"), "oom") > 0 ? memoryLimit : null,
        };
    }

    private bool Holds(int pid) =>
        CgroupText.PathOf(CgroupFile.Read($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cgroup")) is { } at
        && (at == hierarchyPath || at.StartsWith(hierarchyPath + "/", StringComparison.Ordinal));

    private static List<int> Members(string directory)
    {
        var pids = CgroupText.Pids(CgroupFile.Read(directory + "/cgroup.procs"));
        foreach (var child in CgroupFile.Children(directory))
            pids.AddRange(Members($"{directory}/{child}"));
        return pids;
    }
}
