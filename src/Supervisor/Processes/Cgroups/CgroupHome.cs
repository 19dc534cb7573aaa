using System.Text;
using Supervisor.Linux;

namespace Supervisor.Processes.Cgroups;

/// <summary>
/// The cgroup below which ours are: only one that is ours by somebody's word, and never anything beside or above our own (docs/adr/0011). The
/// supervisor itself goes into a leaf of it: a cgroup with limited children must have no processes of its own.
/// </summary>
internal sealed record CgroupHome(string Directory, string HierarchyPath, CgroupControllers Controllers)
{
    /// <summary>The supervisor's own leaf.</summary>
    public const string OwnLeaf = "supervisor";

    /// <summary>What the cgroups of jobs end in: no file of cgroupfs does.</summary>
    public const string JobSuffix = ".job";

    /// <summary>Finds it, goes into the leaf and removes what an earlier supervisor has left empty; null: we have none, for a reason in words.</summary>
    /// <param name="runtimeDirectory">Tells supervisors in one cgroup from each other.</param>
    /// <param name="why">Why there is none.</param>
    public static CgroupHome? Enter(string runtimeDirectory, out string why)
    {
        var own = CgroupText.PathOf(CgroupFile.Read("/proc/self/cgroup"));
        var place = own is null ? null : CgroupText.DirectoryOf(File.ReadAllText("/proc/self/mountinfo"), own);
        if (own is null || place is null)
        {
            why = own is null ? "this machine has no cgroup v2" : $"no mount of cgroup v2 shows our cgroup {own}";
            return null;
        }

        // Already in the leaf: after a live upgrade, or put there by DelegateSubgroup=.
        var isLeaf = Path.GetFileName(own) == OwnLeaf && Refusal(Path.GetDirectoryName(place)!, Path.GetDirectoryName(own)!) is null;
        var (candidate, path) = isLeaf ? (Path.GetDirectoryName(place)!, Path.GetDirectoryName(own)!) : (place, own);
        if (Refusal(candidate, path) is { } refusal)
        {
            why = refusal;
            return null;
        }

        var home = OfOne(candidate, path.TrimEnd('/'), isLeaf, runtimeDirectory);
        var leaf = $"{home.Directory}/{OwnLeaf}";
        if (Made(home.Directory) is { } unmade || (unmade = Made(leaf)) is not null)
        {
            why = unmade;
            return null;
        }

        if (!isLeaf && CgroupFile.Write(leaf + "/cgroup.procs", "0") is not 0 and var errno)
        {
            why = $"cannot move into {leaf}: {Errno.Text(errno)}";
            return null;
        }

        foreach (var job in CgroupFile.Children(home.Directory).Where(name => name.EndsWith(JobSuffix, StringComparison.Ordinal)))
            RemoveEmpty($"{home.Directory}/{job}");
        why = "";
        return home;
    }

    /// <summary>Removes a cgroup with its children, but for those that somebody lives in; whether it is gone.</summary>
    public static bool RemoveEmpty(string directory)
    {
        foreach (var child in CgroupFile.Children(directory))
            RemoveEmpty($"{directory}/{child}");
        return CgroupFile.Remove(directory) is 0 or Errno.ENOENT;
    }

    // Ours alone: jobs are its children directly. With others in it (the shell that started us, another supervisor) we keep to a child of it.
    private static CgroupHome OfOne(string directory, string path, bool isLeaf, string runtimeDirectory)
    {
        var controllers = new CgroupControllers(directory, null);
        var others = CgroupText.Pids(CgroupFile.Read(directory + "/cgroup.procs")).Exists(pid => pid != Environment.ProcessId);
        var taken = !isLeaf && CgroupText.Value(CgroupFile.Read($"{directory}/{OwnLeaf}/cgroup.events"), "populated") == 1;
        if (!others && !taken)
            return new(directory, path, controllers);
        var name = $"{OwnLeaf}-{Hash(runtimeDirectory):x8}";
        var child = $"{directory}/{name}";
        return new(child, $"{path}/{name}", new(child, controllers));
    }

    // FNV-1a. The framework's hashes come from OpenSSL, which need not be there (and its absence ends the process).
    private static uint Hash(string text) => Encoding.UTF8.GetBytes(text).Aggregate(2166136261u, (hash, one) => unchecked((hash ^ one) * 16777619u));

    private static string? Made(string directory) => CgroupFile.Make(directory) switch
    {
        0 or Errno.EEXIST => null,
        var errno => $"cannot make {directory}: {Errno.Text(errno)}",
    };

    // Whose the cgroup is: somebody must have said that it is ours (systemd marks what it delegates), or nobody else manages it.
    private static string? Refusal(string directory, string path)
    {
        if (!File.Exists(directory + "/cgroup.events"))
            return "we are in the root cgroup of the machine, which belongs to everybody";
        if (IsDelegated(directory, "user.delegate") || IsDelegated(directory, "trusted.delegate") || path == "/")
            return null;
        return System.IO.Directory.Exists("/run/systemd/system") ? $"our cgroup {path} is not delegated to us (systemd: Delegate=yes)" : null;
    }

    private static unsafe bool IsDelegated(string directory, string attribute)
    {
        byte value;
        return sys_xattr_h.getxattr(directory, attribute, &value, 1) == 1 && value == (byte)'1';
    }
}
