using System.Runtime.InteropServices;
using Supervisor.Specs;

namespace Supervisor.Configuration.Yaml;

/// <summary>A node of a YAML document with its place. Aliases share the node of their anchor.</summary>
internal abstract class YamlNode(SourcePosition position)
{
    public SourcePosition Position => position;

    /// <summary>What it is, for "found ...".</summary>
    public abstract string InWords { get; }

    /// <summary>Nodes in it, aliases counted as if they were written out.</summary>
    public int Weight { get; protected set; } = 1;
}

/// <summary>A scalar; <paramref name="plain"/> when it is not quoted, so that the core schema may give it a type.</summary>
internal sealed class YamlScalar(SourcePosition position, string value, bool plain) : YamlNode(position)
{
    private const int LongestShown = 60;

    public string Value => value;

    public bool IsPlain => plain;

    /// <summary>null of the core schema.</summary>
    public bool IsNull => plain && value is "" or "~" or "null" or "Null" or "NULL" && plain;

    public override string InWords => IsNull ? "nothing" : Shown(value);

    public static string Shown(string text) => text.Length > LongestShown ? $"'{text[..LongestShown]}...'" : $"'{text}'";
}

/// <summary>A sequence.</summary>
internal sealed class YamlList : YamlNode
{
    public YamlList(SourcePosition position, List<YamlNode> items)
        : base(position)
    {
        Items = items;
        items.ForEach(item => Weight += item.Weight);
    }

    public IReadOnlyList<YamlNode> Items { get; }

    public override string InWords => "a list";
}

/// <summary>One key of a map with its value.</summary>
internal readonly record struct YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>A mapping with distinct scalar keys, in file order.</summary>
internal sealed class YamlMap(SourcePosition position) : YamlNode(position)
{
    // So few are found sooner by looking at each. That is nearly every map: a thousand jobs need no thousand tables.
    private const int Few = 8;

    private readonly List<YamlEntry> _entries = [];
    private Dictionary<string, YamlEntry>? _table;

    public IReadOnlyList<YamlEntry> Entries => _entries;

    /// <summary>The entries, without an enumerator.</summary>
    public ReadOnlySpan<YamlEntry> Span => CollectionsMarshal.AsSpan(_entries);

    public override string InWords => "a map";

    public YamlNode? this[string key] => Find(key)?.Value;

    /// <summary>The entry of a key.</summary>
    public YamlEntry? Find(string key)
    {
        if (_table is not null)
        {
            return _table.TryGetValue(key, out var found) ? found : null;
        }

        foreach (var entry in Span)
        {
            if (entry.Key.Value == key)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>The same without a key.</summary>
    public YamlMap Without(string key)
    {
        var rest = new YamlMap(Position);
        _entries.FindAll(entry => entry.Key.Value != key).ForEach(entry => rest.TryAdd(entry));
        return rest;
    }

    /// <summary>While it is made: one more entry; false when its key is there already.</summary>
    public bool TryAdd(YamlEntry entry)
    {
        if (Find(entry.Key.Value) is not null)
        {
            return false;
        }

        _entries.Add(entry);
        Weight += 1 + entry.Value.Weight;
        if (_entries.Count == Few + 1)
        {
            _table = _entries.ToDictionary(one => one.Key.Value);
        }
        else
        {
            _table?.Add(entry.Key.Value, entry);
        }

        return true;
    }
}
