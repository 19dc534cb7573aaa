using System.Diagnostics;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>One map with known keys: unknown ones are told when it is opened, then each is read by its name.</summary>
internal sealed class SectionReader
{
    private const int LongestExample = 40;

    private static readonly YamlMap _notWritten = new(default);

    private readonly Section _section;
    private readonly YamlMap _map;
    private readonly string _path;
    private readonly string _where;

    private SectionReader(Scope scope, Section section, YamlMap map, string path, string where)
    {
        (Scope, _section, _map, _path, _where) = (scope, section, map, path, where);
    }

    public Scope Scope { get; }

    public YamlMap Map => _map;

    public bool HasUnknownKey => _map.Entries.Any(entry => _section.Find(entry.Key.Value) is null);

    /// <summary>Whether there is a key that has been told already: unknown, or of a later version.</summary>
    public bool HasUnusableKey => _map.Entries.Any(entry => _section.Find(entry.Key.Value) is not { IsFuture: false });

    /// <summary>The value of a key, null when it is not written.</summary>
    public YamlNode? this[string key]
    {
        get
        {
            Debug.Assert(_section.Find(key) is { IsFuture: false }, $"'{key}' is not in the table of {_section.Name}");
            return _map[key];
        }
    }

    /// <param name="scope">Where values are read.</param>
    /// <param name="node">What should be a map; null gives an empty section.</param>
    /// <param name="section">Its keys.</param>
    /// <param name="path">Path of the section, for positions: "" or "log.".</param>
    /// <param name="where">For messages: "in job 'web'".</param>
    public static SectionReader Open(Scope scope, YamlNode? node, Section section, string path, string where)
    {
        if (node is not (null or YamlMap))
        {
            scope.Problem(node, $"'{path.TrimEnd('.')}' {where}: expected a map such as {{{section.Keys.First().Name}: ...}}, found {node.InWords}");
        }

        var map = node as YamlMap ?? (node is null ? _notWritten : new(node.Position));
        foreach (var (key, value) in map.Span)
        {
            scope.Places.Add(new(path + key.Value, value.Position));
            var known = section.Find(key.Value);
            if (known is null)
            {
                var hint = PeerKeys.For(section, key.Value) ?? Suggestions.For(key.Value, section.Keys.Select(one => one.Name));
                scope.Problem(key, $"unknown key {YamlScalar.Shown(key.Value)} {Full(path, where)}{hint}");
            }
            else if (known.IsFuture)
            {
                scope.Problem(key, $"key '{path}{key.Value}' {where} is not supported in this version");
            }
        }

        return new(scope, section, map, path, where);
    }

    /// <summary><c>'log.max_size' in job 'web'</c></summary>
    public ValueName What(string key) => new(_path, key, _where);

    /// <summary>The same of an entry of a map with free keys: <c>'environment.HOME' in job 'web'</c></summary>
    public ValueName What(string key, string entry) => new($"{_path}{key}.", entry, _where);

    public SectionReader Sub(string key, Section section) => Open(Scope, this[key], section, _path + key + ".", _where);

    public SectionReader InList(string key, YamlNode item, Section section) => Open(Scope, item, section, _path + key + ".", _where);

    public string? Text(string key) => this[key] is { } node ? Scope.NonEmpty(node, What(key)) : null;

    public bool Boolean(string key, bool otherwise = false) => this[key] is { } node ? Scope.Boolean(node, What(key)) ?? otherwise : otherwise;

    public int? Integer(string key)
    {
        if (this[key] is not { } node)
        {
            return null;
        }

        var shape = _section.Find(key)?.Shape as ScalarShape;
        return Scope.Integer(node, What(key), shape?.Least ?? int.MinValue, shape?.Most ?? int.MaxValue);
    }

    public TimeSpan? Duration(string key, bool zeroAllowed = false) =>
        this[key] is { } node ? Scope.Duration(node, What(key), zeroAllowed) : null;

    /// <summary>A duration that may be switched off with <c>none</c>.</summary>
    public TimeSpan? DurationOrNone(string key, TimeSpan? otherwise) =>
        this[key] is not { } node ? otherwise : IsNone(node) ? null : Scope.Duration(node, What(key), zeroAllowed: false);

    public Signal? Signal(string key) => this[key] is { } node ? Scope.Signal(node, What(key)) : null;

    public T Word<T>(string key, Words<T> words, T otherwise)
        where T : struct => this[key] is { } node ? Scope.Word(node, What(key), words) ?? otherwise : otherwise;

    /// <summary>The items of a list; a single value counts as a list of one where <paramref name="single"/> says so.</summary>
    /// <param name="key">The key of the list.</param>
    /// <param name="single">Whether a value that is no list is one of one item.</param>
    /// <param name="example">For the message; null: what is written, as a list.</param>
    public IReadOnlyList<YamlNode> Items(string key, bool single = false, string? example = null) => this[key] switch
    {
        null => [],
        YamlList list => list.Items,
        { } node when single => [node],
        YamlScalar { IsNull: false, Value: { Length: > 0 and <= LongestExample } value } written => Scope.Wrong<YamlNode[]>(written, What(key), $"a list such as {example ?? $"[{value}]"}") ?? [],
        { } node => Scope.Wrong<YamlNode[]>(node, What(key), example is null ? "a list" : $"a list such as {example}") ?? [],
    };

    public Sequence<string>? Texts(string key, bool single = false) => this[key] is null
        ? null
        : Items(key, single).Select(item => Scope.NonEmpty(item, What(key))).OfType<string>().ToSequence();

    public static bool IsNone(YamlNode node) => node is YamlScalar { Value: "none" };

    private static string Full(string path, string where) => path.Length == 0 ? where : $"in '{path.TrimEnd('.')}' {where}";
}
