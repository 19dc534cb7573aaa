using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>What a new configuration means for the content of shared memory, said before it is done.</summary>
internal static class RegionPlan
{
    /// <summary>A line for each region whose content would be lost.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<JobSlot> present, IEnumerable<JobSpec> wanted)
    {
        // Two sizes of one name cannot be in a configuration.
        var next = wanted.SelectMany(spec => spec.Regions).Distinct().ToDictionary(region => region.Name);
        foreach (var region in present.SelectMany(slot => slot.Spec.Regions).Distinct())
        {
            if (!next.TryGetValue(region.Name, out var then))
            {
                yield return $"region {region.Name}: no job names it any more (its content is lost)";
            }
            else if (then.Size != region.Size)
            {
                var running = present.Where(slot => slot.Spec.Regions.Contains(region) && !slot.State.Phase.HasNoProcess()).Select(slot => slot.Name).ToList();
                var users = running.Count switch
                {
                    0 => "",
                    1 => $"; {running[0]} is restarted",
                    _ => $"; {string.Join(", ", running)} are restarted",
                };
                yield return $"region {region.Name}: {region.Size} bytes become {then.Size} (a new one, its content is lost{users})";
            }
        }
    }
}
