namespace Supervisor.Configuration.Yaml;

/// <summary>The entries of a map while it is read: duplicates are problems, <c>&lt;&lt;</c> merges, own keys win over merged ones.</summary>
/// <param name="map">The map, empty yet.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class YamlEntries(YamlMap map, Problems problems)
{
    private List<YamlMap>? _merged;

    public void Add(YamlNode key, YamlNode value)
    {
        if (key is not YamlScalar name)
        {
            problems.Add(key.Position, $"a key must be a word, found {key.InWords}");
        }
        else if (name is { Value: "<<", IsPlain: true })
        {
            Merge(value);
        }
        else if (!map.TryAdd(new(name, value)))
        {
            problems.Add(name.Position, $"duplicate key {YamlScalar.Shown(name.Value)}; it is already set in line {map.Find(name.Value)?.Key.Position.Line}");
        }
    }

    /// <summary>All have been read: those of merged maps follow.</summary>
    public YamlMap Complete()
    {
        foreach (var entry in _merged?.SelectMany(merged => merged.Entries) ?? [])
        {
            map.TryAdd(entry);
        }

        return map;
    }

    private void Merge(YamlNode value)
    {
        foreach (var item in value is YamlList list ? list.Items : [value])
        {
            if (item is YamlMap merged)
            {
                (_merged ??= []).Add(merged);
            }
            else
            {
                problems.Add(item.Position, $"'<<' expects a map or a list of maps, found {item.InWords}");
            }
        }
    }
}
