using Supervisor.Specs;

namespace Supervisor.Configuration.Yaml;

/// <summary>A node of a YAML document with its place. Aliases share the node of their anchor.</summary>
internal abstract class YamlNode(SourcePosition position)
{
    public SourcePosition Position => position;

    /// <summary>What it is, for "found ...".</summary>
    public abstract string InWords { get; }

    /// <summary>Nodes in it, aliases counted as if they were written out.</summary>
    public int Weight { get; init; } = 1;
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
internal sealed class YamlList(SourcePosition position, IReadOnlyList<YamlNode> items) : YamlNode(position)
{
    public IReadOnlyList<YamlNode> Items => items;

    public override string InWords => "a list";
}

/// <summary>One key of a map with its value.</summary>
internal readonly record struct YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>A mapping with distinct scalar keys, in file order.</summary>
internal sealed class YamlMap : YamlNode
{
    private readonly Dictionary<string, YamlNode> _values;

    public YamlMap(SourcePosition position, IReadOnlyList<YamlEntry> entries)
        : base(position)
    {
        Entries = entries;
        _values = entries.ToDictionary(entry => entry.Key.Value, entry => entry.Value);
    }

    public IReadOnlyList<YamlEntry> Entries { get; }

    public YamlNode? this[string key] => _values.GetValueOrDefault(key);

    public override string InWords => "a map";
}
