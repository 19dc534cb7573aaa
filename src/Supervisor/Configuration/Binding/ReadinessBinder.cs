using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>ready:</c> and <c>health:</c> of a job.</summary>
internal static class ReadinessBinder
{
    private static readonly string[] _kinds = ["after", .. ProbeBinder.Kinds];
    private static readonly string[] _ofProbes = ["interval", "timeout"];
    private static readonly string _expected = $"started, or a map with one of {string.Join(", ", _kinds)}";

    public static ReadySpec Ready(SectionReader job)
    {
        var node = job["ready"];
        if (node is YamlScalar { Value: "notify" })
        {
            job.Scope.Problem(node, $"{job.What("ready")}: 'notify' is not supported in this version");
        }
        else if (node is not (null or YamlScalar { Value: "started" } or YamlMap))
        {
            job.Scope.Wrong<string>(node, job.What("ready"), _expected);
        }

        return node is YamlMap map ? Of(job, map) ?? ReadySpec.Started : ReadySpec.Started;
    }

    public static HealthSpec? Health(SectionReader job)
    {
        if (job["health"] is not { } node)
        {
            return null;
        }

        var section = job.Sub("health", ProbeKeys.Health);
        if (node is YamlMap map && OnlyKind(section, map, ProbeBinder.Kinds, $"a map with one of {string.Join(", ", ProbeBinder.Kinds)}") is null)
        {
            return null;
        }

        return ProbeBinder.Probe(section, HealthSpec.DefaultInterval) is not { } probe ? null : new(probe)
        {
            Failures = section.Integer("failures") ?? 3,
            Successes = section.Integer("successes") ?? 1,
            StartPeriod = section.Duration("start_period", zeroAllowed: true) ?? TimeSpan.Zero,
        };
    }

    private static ReadySpec? Of(SectionReader job, YamlMap map)
    {
        var section = job.Sub("ready", ProbeKeys.Ready);
        var kind = OnlyKind(section, map, _kinds, _expected);
        foreach (var key in _ofProbes.Where(key => section[key] is not null && kind is not null && !ProbeBinder.Kinds.Contains(kind)))
        {
            section.Scope.Problem(section[key]!, $"{section.What(key)} means nothing with '{kind}'");
        }

        return kind switch
        {
            null => null,
            "after" => section.Duration("after", zeroAllowed: true) is { } delay ? new ReadyAfter(delay) : null,
            _ => ProbeBinder.Probe(section, ReadyByProbe.DefaultInterval) is { } probe ? new ReadyByProbe(probe) : null,
        };
    }

    private static string? OnlyKind(SectionReader section, YamlMap map, string[] kinds, string expected)
    {
        var written = kinds.Where(kind => section[kind] is not null).ToArray();
        if (written.Length == 1)
        {
            return written[0];
        }

        // A misspelt key, or one of a later version, has been told already.
        if (written.Length > 1 || !section.HasUnusableKey)
        {
            section.Scope.Problem(map, $"{section.What("").Replace(".'", "'", StringComparison.Ordinal)}: expected {expected}, found {(written.Length == 0 ? "none of them" : string.Join(" and ", written))}");
        }

        return null;
    }
}
