using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>An instance whose spec has changed.</summary>
internal sealed record SlotChange(JobSlot Slot, JobSpec Was, JobSpec Spec, SpecChange What)
{
    /// <summary>Whether it runs again with the new spec: when it starts by itself, and when it ran before.</summary>
    public bool IsStarted { get; } = Spec.Start is not StartMode.Manual || !Slot.State.Phase.HasNoProcess();
}

/// <summary>What a configuration asks for beside what runs.</summary>
internal sealed record ConfigurationDifference(
    List<(JobDefinition Definition, JobSpec Spec)> Wanted, List<JobSlot> Removed, List<JobSpec> Added, List<SlotChange> Changed)
{
    /// <summary>Instances that are started when the configuration is in force, besides the new ones.</summary>
    public List<JobSlot> ToStart { get; } = [];

    /// <summary>Those that have been stopped for the change.</summary>
    public HashSet<JobSlot> Ran { get; } = [];

    /// <summary>The changes that a running process cannot take over.</summary>
    public IEnumerable<SlotChange> Restarting => Changed.Where(change => change.What.NeedsRestart);

    /// <summary>Compares what runs with what a file says.</summary>
    public static ConfigurationDifference Between(JobTable table, SupervisorSpec next)
    {
        var wanted = next.Jobs.SelectMany(job => Enumerable.Range(0, job.Instances).Select(index => (Definition: job, Spec: job.Instance(index)))).ToList();
        var names = wanted.Select(w => w.Spec.Name).ToHashSet();
        return new(
            wanted,
            // The extra instance of a rolling restart stays until that is over, unless it is in the way of what is new.
            table.All.Where(slot => slot.IsExtra ? names.Contains(slot.Name) || !next.Jobs.Any(job => job.Name == slot.Name.Job) : !names.Contains(slot.Name)).ToList(),
            wanted.Where(w => table.Find(w.Spec.Name) is null or { IsExtra: true }).Select(w => w.Spec).ToList(),
            wanted.Select(w => table.Find(w.Spec.Name) is { IsExtra: false } slot && SpecChange.Between(slot.Spec, w.Spec) is { } what ? new SlotChange(slot, slot.Spec, w.Spec, what) : null)
                .OfType<SlotChange>().ToList());
    }

    /// <summary>What has to come to rest first: what goes for good, and what runs as the old configuration says.</summary>
    public List<JobSlot> InTheWay() =>
        [.. Removed.Where(slot => !slot.State.Phase.IsAtRest()), .. Restarting.Select(change => change.Slot).Where(slot => !slot.State.Phase.HasNoProcess())];

    /// <summary>The difference in words, a line each.</summary>
    public IEnumerable<string> Plan(JobTable table, SupervisorSpec inForce, SupervisorSpec next)
    {
        // A live scale ends with every apply: said as such, not only as instances that come and go.
        foreach (var job in table.All.Where(slot => !slot.IsExtra).GroupBy(slot => slot.Name.Job))
        {
            var (runs, wanted) = (job.Count(), Wanted.Count(one => one.Spec.Name.Job == job.Key));
            if (runs != job.First().Definition.Instances && wanted > 0 && wanted != runs)
            {
                yield return $"scale {job.Key} {runs} -> {wanted}, reset to the file";
            }
        }

        foreach (var slot in Removed)
        {
            yield return slot.IsExtra ? $"{slot.Name}: the extra instance of a rolling restart is stopped"
                : $"{slot.Name}: removed{(slot.State.Phase.HasNoProcess() ? "" : " (is stopped)")}";
        }

        foreach (var change in Changed)
        {
            var keys = string.Join(", ", change.What.Keys);
            var runs = !change.Slot.State.Phase.HasNoProcess();
            yield return !change.What.NeedsRestart ? $"{change.Slot.Name}: {keys} changed (takes effect without a restart)"
                : !change.IsStarted ? $"{change.Slot.Name}: {keys} changed (stays stopped)"
                : runs ? $"{change.Slot.Name}: {keys} changed (is restarted)" : $"{change.Slot.Name}: {keys} changed (is started)";
        }

        foreach (var spec in Added)
        {
            yield return $"{spec.Name}: new{(spec.Start switch { StartMode.Auto => " (is started)", StartMode.OnDemand => " (starts at the first connection)", _ => " (starts by hand only)" })}";
        }

        foreach (var line in RegionPlan.Lines(table.All, Wanted.Select(wanted => wanted.Spec)))
        {
            yield return line;
        }

        var (old, @new) = (inForce.Daemon, next.Daemon);
        if (old with { StopTimeout = @new.StopTimeout, Cleanup = @new.Cleanup, RestartLimit = @new.RestartLimit } != @new)
        {
            yield return "supervisor: directories, control or forward_signals changed (takes effect when the supervisor itself is restarted)";
        }

        if (old.StopTimeout != @new.StopTimeout)
        {
            yield return $"supervisor: stop_timeout is {InWords.Of(@new.StopTimeout)} now";
        }

        if (!old.Cleanup.Equals(@new.Cleanup))
        {
            yield return "supervisor: cleanup changed";
        }

        if (old.RestartLimit != @new.RestartLimit)
        {
            yield return $"supervisor: restart_limit is {(@new.RestartLimit is { } rule ? $"{rule.Limit} within {InWords.Of(rule.Within)}" : "none")} now";
        }
    }
}
