using Supervisor.Linux;

namespace Supervisor.Processes.Cgroups;

/// <summary>Hands controllers of a cgroup on to its children, each when it is asked for the first time. Spawn thread only.</summary>
internal sealed class CgroupControllers(string directory, CgroupControllers? above)
{
    private readonly Dictionary<string, string?> _asked = [];

    /// <summary>Null when children have the controller; else why they have not, in words.</summary>
    public string? Enable(string controller)
    {
        if (!_asked.TryGetValue(controller, out var refusal))
            _asked[controller] = refusal = above?.Enable(controller) ?? Try(controller);
        return refusal;
    }

    private string? Try(string controller)
    {
        var there = CgroupText.Words(CgroupFile.Read(directory + "/cgroup.controllers"));
        if (!there.Contains(controller))
            return $"no such controller in {directory}/cgroup.controllers ({(there.Length == 0 ? "none at all" : "only " + string.Join(' ', there))})";
        var errno = CgroupFile.Write(directory + "/cgroup.subtree_control", "+" + controller);
        return errno switch
        {
            0 => null,
            Errno.EBUSY => $"controllers cannot be handed on: there are processes besides the supervisor in {directory}",
            _ => $"the controller cannot be handed on: {Errno.Text(errno)} ({directory}/cgroup.subtree_control)",
        };
    }
}
