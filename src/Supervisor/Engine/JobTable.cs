using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>All instances, in file order, and who needs whom.</summary>
internal sealed class JobTable
{
    private static readonly List<JobSlot> _none = [];
    private readonly Dictionary<string, List<JobSlot>> _byJob = [];
    private List<JobSlot> _all = [];

    /// <summary>All instances, in file order.</summary>
    public IReadOnlyList<JobSlot> All => _all;

    /// <summary>Who needs whom.</summary>
    public DependencyGraph Graph { get; private set; } = new([]);

    /// <summary>Whether it is one of them (and not one that was removed, or stands for the supervisor).</summary>
    public bool Has(JobSlot slot) => slot.Place < _all.Count && ReferenceEquals(_all[slot.Place], slot);

    /// <summary>The instances of a job.</summary>
    public IReadOnlyList<JobSlot> Of(string job) => _byJob.GetValueOrDefault(job) ?? _none;

    /// <summary>Those that the configuration asks for: without the extra one of a rolling restart, whom nobody waits for or depends on.</summary>
    public IEnumerable<JobSlot> Wanted(string job) => Of(job).Where(slot => !slot.IsExtra);

    /// <summary>The instance of that name; null: there is none.</summary>
    public JobSlot? Find(InstanceName name) => Of(name.Job).FirstOrDefault(slot => slot.Name == name);

    /// <summary>Puts a new set of instances in force; the order is theirs.</summary>
    public void Replace(IEnumerable<JobSlot> slots)
    {
        _all = slots.ToList();
        _byJob.Clear();
        for (var place = 0; place < _all.Count; place++)
        {
            var slot = _all[place];
            slot.Place = place;
            (_byJob.TryGetValue(slot.Name.Job, out var list) ? list : _byJob[slot.Name.Job] = []).Add(slot);
        }

        RebuildGraph();
    }

    /// <summary>Takes over changed <c>depends_on:</c>.</summary>
    public void RebuildGraph() => Graph = new(_byJob.Select(job => (job.Key, job.Value[0].Spec.DependsOn)));

    /// <summary>The instances of the jobs that need this one, directly.</summary>
    public IEnumerable<JobSlot> DependentsOf(JobSlot slot) => Graph.DependentsOf(slot.Name.Job).SelectMany(Of);

    /// <summary>The instances that this one needs, directly.</summary>
    public IEnumerable<JobSlot> DependenciesOf(JobSlot slot) => Graph.DependenciesOf(slot.Name.Job).SelectMany(dependency => Of(dependency.Job));

    /// <summary>
    /// What the words select (no words: all); the first word that selects nothing comes back instead. The extra instance of a rolling restart is selected
    /// by its own name, and with <paramref name="extras"/> like any other.
    /// </summary>
    public (IReadOnlyList<JobSlot> Slots, string? Unknown) Select(IReadOnlyList<string> words, bool extras)
    {
        if (words.Count == 0)
        {
            return (extras ? _all : _all.Where(slot => !slot.IsExtra).ToList(), null);
        }

        var selected = new HashSet<JobSlot>();
        foreach (var word in words)
        {
            var count = selected.Count;
            var matching = _all.Where(slot => JobSelection.Matches(word, slot.Name) && (extras || !slot.IsExtra || word == slot.Name.ToString())).ToList();
            selected.UnionWith(matching);
            if (matching.Count == 0)
            {
                return ([], word);
            }
        }

        return (_all.Where(selected.Contains).ToList(), null);
    }
}
