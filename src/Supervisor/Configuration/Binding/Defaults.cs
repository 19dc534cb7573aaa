using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;

namespace Supervisor.Configuration.Binding;

/// <summary>Puts <c>defaults:</c> under a job: keys of the job win; maps such as <c>environment</c> are merged key by key.</summary>
internal static class Defaults
{
    public static YamlMap Under(YamlMap job, YamlMap? defaults) => defaults is null ? job : Merge(job, defaults, byKey: true);

    private static YamlMap Merge(YamlMap own, YamlMap defaults, bool byKey)
    {
        var all = new YamlMap(own.Position);
        foreach (var entry in defaults.Span)
        {
            if (own[entry.Key.Value] is null && (!byKey || JobKeys.Job.Find(entry.Key.Value)?.IsFuture == false))
            {
                all.TryAdd(entry);
            }
        }

        foreach (var entry in own.Span)
        {
            var isMerged = byKey && entry.Value is YamlMap && defaults[entry.Key.Value] is YamlMap && JobKeys.Job.Find(entry.Key.Value)?.Merges == true;
            all.TryAdd(isMerged ? entry with { Value = Merge((YamlMap)entry.Value, (YamlMap)defaults[entry.Key.Value]!, byKey: false) } : entry);
        }

        return all;
    }
}
