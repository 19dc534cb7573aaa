using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>depends_on:</c> of a job.</summary>
internal static class DependencyBinder
{
    public static Sequence<Dependency> DependsOn(SectionReader job)
    {
        if (job["depends_on"] is not { } node)
        {
            return [];
        }

        var (what, scope) = (job.What("depends_on"), job.Scope);
        var found = new Dictionary<string, DependencyCondition>();
        if (node is YamlMap map)
        {
            foreach (var (key, value) in map.Entries)
            {
                scope.Places.Add(new("depends_on." + key.Value, key.Position));
                found[key.Value] = Condition(scope, key, value, job.What("depends_on", key.Value));
            }
        }
        else if (node is YamlList list)
        {
            foreach (var item in list.Items)
            {
                if (scope.NonEmpty(item, what, "the name of a job") is { } name)
                {
                    scope.Places.Add(new("depends_on." + name, item.Position));
                    found[name] = DependencyCondition.Ready;
                }
            }
        }
        else
        {
            scope.Wrong<string>(node, what, "a list of jobs or a map such as {db: ready}");
        }

        return found.Select(pair => new Dependency(pair.Key, pair.Value)).ToSequence();
    }

    private static DependencyCondition Condition(Scope scope, YamlScalar key, YamlNode value, ValueName what)
    {
        if ((value as YamlMap)?["condition"] is YamlScalar compose)
        {
            var peer = PeerWord.Find(Vocabulary.Condition.Peers, compose.Value);
            var ours = peer is null ? Array.Find(Vocabulary.Condition.All, word => word == compose.Value) : peer.Ours?.Trim('\'');
            scope.Problem(value, $"{what}: expected one of {string.Join(", ", Vocabulary.Condition.All)}, found compose's {{condition: {compose.Value}}}{peer?.Hint}, without a map: `{key.Value}: {ours ?? "ready"}`");
            return DependencyCondition.Ready;
        }

        return scope.Word(value, what, Vocabulary.Condition) ?? DependencyCondition.Ready;
    }
}
