using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>regions:</c> of a file, and of a job.</summary>
internal sealed class RegionBinder
{
    private readonly Dictionary<string, (RegionSpec Spec, SourcePosition Position)> _regions = [];

    /// <summary>Takes the regions that a file declares.</summary>
    public void Declare(SectionReader file)
    {
        if (file["regions"] is not YamlMap map)
        {
            if (file["regions"] is { } node && node is not YamlScalar { IsNull: true })
            {
                file.Scope.Problem(node, $"{file.What("regions")}: expected a map of regions by name, found {node.InWords}");
            }

            return;
        }

        foreach (var (key, value) in map.Entries)
        {
            Declare(file.Scope, key, value);
        }
    }

    /// <summary>The regions that a job names.</summary>
    public Sequence<RegionSpec> Of(SectionReader job)
    {
        if (job["regions"] is null)
        {
            return [];
        }

        var found = new List<RegionSpec>();
        foreach (var item in job.Items("regions"))
        {
            if (job.Scope.NonEmpty(item, job.What("regions"), "the name of a region") is not { } name)
            {
                continue;
            }

            if (!_regions.TryGetValue(name, out var region))
            {
                job.Scope.Problem(item, $"{job.What("regions")}: region {YamlScalar.Shown(name)} does not exist{Suggestions.For(name, _regions.Keys)}");
            }
            else if (found.Contains(region.Spec))
            {
                job.Scope.Problem(item, $"{job.What("regions")}: '{name}' is there twice");
            }
            else
            {
                found.Add(region.Spec);
            }
        }

        return found.ToSequence();
    }

    private void Declare(Scope scope, YamlScalar key, YamlNode value)
    {
        var name = key.Value;
        var section = SectionReader.Open(scope, value, FileKeys.Region, $"regions.{name}.", $"of region '{name}'");
        var size = section["size"] is { } node ? scope.Size(node, section.What("size")) : null;
        if (section["size"] is null && value is YamlMap)
        {
            scope.Problem(value, $"{section.What("size")} is missing");
        }
        else if (size is 0 or > long.MaxValue)
        {
            scope.Problem(section["size"]!, $"{section.What("size")}: expected at least 1 byte and at most {long.MaxValue}, found {size}");
        }

        var spec = new RegionSpec(name, (long)(size is 0 or > long.MaxValue ? 1 : size ?? 1));
        if (!JobNames.IsValid(name))
        {
            scope.Problem(key, $"{YamlScalar.Shown(name)} cannot be the name of a region: {JobNames.Rule}");
        }
        else if (_regions.Values.FirstOrDefault(other => other.Spec.Variable == spec.Variable) is { Spec.Name: { } taken } other)
        {
            scope.Problem(key, taken == name
                ? $"duplicate region '{name}'; it is already defined at {other.Position}"
                : $"region '{name}' would have the same variable {spec.Variable} as '{taken}' at {other.Position}");
        }
        else
        {
            _regions[name] = (spec, key.Position);
        }
    }
}
