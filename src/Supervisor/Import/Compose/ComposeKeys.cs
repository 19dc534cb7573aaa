using Supervisor.Configuration;
using Supervisor.Configuration.Scalars;
using Supervisor.Configuration.Yaml;

namespace Supervisor.Import.Compose;

/// <summary>The keys of a map of a compose file; what nobody takes is told.</summary>
internal sealed class ComposeKeys(YamlMap map, string where, ComposeText text, DraftPart part, Problems problems)
{
    private readonly HashSet<string> _taken = [];

    public DraftPart Part => part;

    public string Directory => text.Source.Directory;

    /// <summary>The value of a key; null when it is not written, or is nothing.</summary>
    public YamlNode? Take(string key)
    {
        _taken.Add(key);
        return map[key] is YamlScalar { IsNull: true } ? null : map[key];
    }

    /// <summary>The line of a key.</summary>
    public SourceLine Line(string key) => text.Of(map.Entries.First(entry => entry.Key.Value == key).Key);

    public void Note(string key, string why) => part.Note(Line(key), why);

    public void Problem(YamlNode node, string message) => problems.Add(node.Position, $"{message} {where}");

    public T? Wrong<T>(string key, YamlNode node, string expected)
    {
        Problem(node, $"'{key}': expected {expected}, found {node.InWords}");
        return default;
    }

    /// <summary>A map below a key.</summary>
    public ComposeKeys? Sub(string key) =>
        Take(key) is not { } node ? null
        : node is YamlMap inner ? new(inner, where, text, part, problems)
        : Wrong<ComposeKeys>(key, node, "a map");

    /// <summary>A scalar as text of ours.</summary>
    public string? Text(string key) => Take(key) is { } node ? Scalar(key, node) : null;

    public string? Scalar(string key, YamlNode node) =>
        node is YamlScalar scalar ? ComposeVariables.Translate(scalar.Value, message => part.Note(text.Of(node), message)) : Wrong<string>(key, node, "text");

    public bool IsTrue(string key) => Take(key) is YamlScalar { Value: "true" or "True" or "yes" or "on" };

    /// <summary>A time as compose writes it: <c>1m30s</c>.</summary>
    public string? Duration(string key)
    {
        if (Take(key) is not { } node || Scalar(key, node) is not { } time)
        {
            return null;
        }

        return time.StartsWith("${", StringComparison.Ordinal) || Durations.TryParse(time, out _) ? time : Wrong<string>(key, node, Durations.Expected);
    }

    /// <summary>The items of a list, or the one value.</summary>
    public IReadOnlyList<YamlNode> Items(string key) => Take(key) switch { null => [], YamlList list => list.Items, { } node => [node] };

    /// <summary>A command: a list, or a line that is split.</summary>
    public DraftValue? Command(string key) => Take(key) switch
    {
        null => null,
        YamlList { Items.Count: 0 } => null,
        YamlList list => DraftValue.Words(list.Items.Select(item => Scalar(key, item) ?? "")),
        YamlScalar { Value: "" } => null,
        YamlScalar line when Scalar(key, line) is { } template => DraftCommand.Of(template, out var problem) ?? Refused(key, line, problem),
        var node => Wrong<DraftValue>(key, node, "a list of words, or one string"),
    };

    /// <summary>Quotes what nobody took.</summary>
    public void TellRest(Func<string, string> why)
    {
        foreach (var (key, _) in map.Entries.Where(entry => !_taken.Contains(entry.Key.Value)))
        {
            part.Note(text.Of(key), why(key.Value));
        }
    }

    private DraftText? Refused(string key, YamlNode node, string problem)
    {
        Problem(node, $"'{key}': {problem},");
        return null;
    }
}
