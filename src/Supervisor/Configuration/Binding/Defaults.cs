using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;

namespace Supervisor.Configuration.Binding;

/// <summary>Puts <c>defaults:</c> under a job: keys of the job win; maps such as <c>environment</c> are merged key by key.</summary>
internal static class Defaults
{
    public static YamlMap Under(YamlMap job, YamlMap? defaults) => defaults is null ? job : Merge(job, defaults, byKey: true);

    private static YamlMap Merge(YamlMap own, YamlMap defaults, bool byKey)
    {
        var entries = defaults.Entries
            .Where(entry => own[entry.Key.Value] is null && (!byKey || JobKeys.Job.Find(entry.Key.Value)?.IsFuture == false)).ToList();
        foreach (var entry in own.Entries)
        {
            var merged = byKey && JobKeys.Job.Find(entry.Key.Value)?.Merges == true
                && entry.Value is YamlMap map && defaults[entry.Key.Value] is YamlMap under
                ? entry with { Value = Merge(map, under, byKey: false) }
                : entry;
            entries.Add(merged);
        }

        return new(own.Position, entries);
    }
}
