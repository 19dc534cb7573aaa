using Supervisor.Configuration;
using Supervisor.Configuration.Yaml;

namespace Supervisor.Import.Compose;

/// <summary>A compose file: every service with a command becomes a job on this machine.</summary>
internal sealed class ComposeImport(ImportSource source, Problems problems)
{
    private static readonly Dictionary<string, string> _reasons = new()
    {
        ["version"] = "no counterpart; compose itself ignores it",
        ["name"] = "no counterpart: a project is this file",
        ["volumes"] = "jobs see the machine's own directories",
        ["networks"] = "jobs are on the machine's network: another service is at 127.0.0.1, not at its name",
        ["secrets"] = "a file that only the job's user can read does it",
        ["configs"] = "a file does it",
        ["include"] = "not followed: import what `docker compose config` writes",
    };

    private static readonly string[] _commands = ["command", "entrypoint"];

    private readonly ComposeText _text = new(source);

    public Draft Draft()
    {
        var draft = new Draft();
        if (YamlTree.Read(source.Path, source.Text, problems) is not { } root)
        {
            return Nothing(draft, "the file is empty");
        }

        if (root is not YamlMap file || file["services"] is not YamlMap services)
        {
            return Nothing(draft, "there is no map 'services:' in it");
        }

        draft.Remarks.Add("Services became jobs on this machine: programs, paths, users and ports are the machine's, not those of an image.");
        draft.Remarks.Add("Other services are at 127.0.0.1, not at their names. Variables come from the supervisor's environment; compose reads .env too.");
        var jobs = services.Entries.Where(HasCommand).ToList();
        var names = jobs.ToDictionary(entry => entry.Key.Value, entry => Import.Draft.NameOf(entry.Key.Value));
        var (awaited, completing) = (Awaited(services, "service_healthy"), Awaited(services, "service_completed_successfully"));
        foreach (var (key, value) in services.Entries)
        {
            if (names.ContainsKey(key.Value))
            {
                var part = draft.Job(key.Value);
                var keys = new ComposeKeys((YamlMap)value, $"in service '{key.Value}'", _text, part, problems);
                ServiceImport.Import(keys, names, awaited.Contains(key.Value), completing.Contains(key.Value));
            }
            else
            {
                NoJob(draft, key, value);
            }
        }

        var top = new ComposeKeys(file, "in the file", _text, draft.Rest, problems);
        _ = top.Take("services");
        top.TellRest(key => key.StartsWith("x-", StringComparison.Ordinal) ? "an extension: what refers to its anchor has it" : _reasons.GetValueOrDefault(key, "no counterpart"));
        return draft;
    }

    private Draft Nothing(Draft draft, string why)
    {
        if (problems.Count == 0)
        {
            problems.Add(new(source.Path, 1, 1), why);
        }

        return draft;
    }

    private static bool HasCommand(YamlEntry entry) => entry.Value is YamlMap service
        && _commands.Any(key => service[key] is YamlList { Items.Count: > 0 } or YamlScalar { IsNull: false, Value.Length: > 0 });

    private void NoJob(Draft draft, YamlScalar key, YamlNode value)
    {
        if (value is not YamlMap)
        {
            problems.Add(value.Position, $"service '{key.Value}': expected a map of keys, found {value.InWords}");
            return;
        }

        draft.Rest.Note(_text.Of(key), $"no job, because it has no command: what its image runs is not known here. Write a job '{Import.Draft.NameOf(key.Value)}' with the program of this machine, or keep it in a container");
    }

    // Services for whose health, or whose end, another one waits.
    private static HashSet<string> Awaited(YamlMap services, string condition) =>
    [
        .. from service in services.Entries
           let needs = (service.Value as YamlMap)?["depends_on"] as YamlMap
           where needs is not null
           from need in needs.Entries
           where ((need.Value as YamlMap)?["condition"] as YamlScalar)?.Value == condition
           select need.Key.Value,
    ];
}
