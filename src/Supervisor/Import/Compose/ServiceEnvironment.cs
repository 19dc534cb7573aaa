using Supervisor.Configuration.Yaml;

namespace Supervisor.Import.Compose;

/// <summary>environment: and env_file: of a service.</summary>
internal static class ServiceEnvironment
{
    public static void Import(ComposeKeys keys)
    {
        var variables = new DraftMap();
        foreach (var (name, value) in Variables(keys))
        {
            if (name.Length > 0)
            {
                // Without a value it comes from outside.
                variables.Set(name, value is null ? DraftValue.Of($"${{{name}:-}}") : DraftValue.Of(value));
            }
        }

        if (variables.Entries.Count > 0)
        {
            keys.Part.Set("environment", variables, keys.Line("environment"));
        }

        foreach (var file in keys.Items("env_file"))
        {
            var (path, isOptional) = file is YamlMap map
                ? (map["path"] is { } inner ? keys.Scalar("env_file", inner) : keys.Wrong<string>("env_file", file, "a path"), map["required"] is YamlScalar { Value: "false" })
                : (keys.Scalar("env_file", file), false);
            if (path is not null)
            {
                keys.Part.Add("environment_file", DraftValue.Of((isOptional ? "-" : "") + (path.StartsWith('$') ? path : Path.GetFullPath(Path.Combine(keys.Directory, path)))), keys.Line("env_file"));
            }
        }
    }

    private static IEnumerable<(string Name, string? Value)> Variables(ComposeKeys keys) => keys.Take("environment") switch
    {
        null => [],
        YamlMap map => map.Entries.Select(entry => (entry.Key.Value, entry.Value is YamlScalar { IsNull: true } ? null : keys.Scalar("environment", entry.Value))),
        YamlList list => list.Items.Select(item => keys.Scalar("environment", item) ?? "").Select(text =>
            text.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? (text[..at], text[(at + 1)..]) : (text, (string?)null)),
        var node => keys.Wrong<IEnumerable<(string, string?)>>("environment", node, "a map or a list of variables") ?? [],
    };
}
