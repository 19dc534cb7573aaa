using Supervisor.Specs;

namespace Supervisor.Processes.Cgroups;

/// <summary>Which keys of <c>resources:</c> do not hold, by the reason. Pure.</summary>
internal sealed class ResourceProblems
{
    private readonly List<(string Key, string Reason)> _all = [];

    public bool IsEmpty => _all.Count == 0;

    public void Add(string key, string reason) => _all.Add((key, reason));

    /// <summary>Every limit of <paramref name="spec"/>.</summary>
    public void AddAll(ResourceSpec? spec, string reason)
    {
        foreach (var limit in ResourceFiles.OfJob(spec).Concat(ResourceFiles.OfRun(spec)))
            Add(limit.Key, reason);
    }

    /// <summary><c>memory, tasks: no such controller in ...; cpu: cpu.max: Invalid argument</c></summary>
    public override string ToString() =>
        string.Join("; ", _all.GroupBy(one => one.Reason).Select(group => $"{string.Join(", ", group.Select(one => one.Key).Distinct())}: {group.Key}"));
}
