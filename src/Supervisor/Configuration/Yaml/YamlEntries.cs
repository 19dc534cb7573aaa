namespace Supervisor.Configuration.Yaml;

/// <summary>The entries of a map while it is read: duplicates are problems, <c>&lt;&lt;</c> merges, own keys win over merged ones.</summary>
internal sealed class YamlEntries(Problems problems)
{
    private readonly Dictionary<string, YamlScalar> _keys = [];
    private readonly List<YamlEntry> _own = [];
    private readonly List<YamlMap> _merged = [];

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
        else if (!_keys.TryAdd(name.Value, name))
        {
            problems.Add(name.Position, $"duplicate key {YamlScalar.Shown(name.Value)}; it is already set in line {_keys[name.Value].Position.Line}");
        }
        else
        {
            _own.Add(new(name, value));
        }
    }

    public List<YamlEntry> All()
    {
        var all = new List<YamlEntry>(_own);
        foreach (var entry in _merged.SelectMany(map => map.Entries))
        {
            if (_keys.TryAdd(entry.Key.Value, entry.Key))
            {
                all.Add(entry);
            }
        }

        return all;
    }

    private void Merge(YamlNode value)
    {
        foreach (var item in value is YamlList list ? list.Items : [value])
        {
            if (item is YamlMap map)
            {
                _merged.Add(map);
            }
            else
            {
                problems.Add(item.Position, $"'<<' expects a map or a list of maps, found {item.InWords}");
            }
        }
    }
}
