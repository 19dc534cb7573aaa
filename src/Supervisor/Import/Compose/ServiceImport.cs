using System.Globalization;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;

namespace Supervisor.Import.Compose;

/// <summary>A service of a compose file.</summary>
internal static class ServiceImport
{
    private static readonly Dictionary<string, string> _reasons = new()
    {
        ["image"] = "there are no images: the program is this machine's. If the image has an ENTRYPOINT, it belongs before the command",
        ["build"] = "there are no images: install the program on this machine",
        ["pull_policy"] = "there are no images",
        ["platform"] = "there are no images",
        ["ports"] = "the program itself listens on the machine: check its port and address",
        ["expose"] = "the program itself listens on the machine",
        ["volumes"] = "the job sees the machine's own directories: check the paths",
        ["tmpfs"] = "the job sees the machine's own directories",
        ["networks"] = "the job is on the machine's network",
        ["network_mode"] = "the job is on the machine's network",
        ["links"] = "other services are at 127.0.0.1",
        ["extra_hosts"] = "/etc/hosts of the machine does it",
        ["dns"] = "/etc/resolv.conf of the machine does it",
        ["hostname"] = "the job has the machine's name",
        ["domainname"] = "the job has the machine's name",
        ["container_name"] = "a job has one name, that of the service",
        ["labels"] = "no counterpart",
        ["secrets"] = "a file that only the job's user can read does it",
        ["configs"] = "a file does it",
        ["extends"] = "not followed: import what `docker compose config` writes",
        ["privileged"] = "a job has the rights of its user",
        ["cap_drop"] = "a job that is not root has no capabilities",
        ["security_opt"] = "no counterpart",
        ["tty"] = "a job has no terminal",
        ["stdin_open"] = "a job's input is empty",
        ["init"] = "the supervisor reaps what is left behind",
        ["read_only"] = "the job sees the machine's own directories",
        ["shm_size"] = "the machine's /dev/shm is used",
        ["sysctls"] = "sysctls are the machine's",
        ["devices"] = "the machine's devices are used",
        ["develop"] = "no counterpart",
        ["pid"] = "the job is in the machine's process table",
        ["ipc"] = "the job shares the machine's IPC",
    };

    public static void Import(ComposeKeys keys, IReadOnlyDictionary<string, string> jobs, bool isAwaited, bool mustComplete)
    {
        Command(keys);
        Process(keys);
        ServiceEnvironment.Import(keys);
        Dependencies(keys, jobs);
        HealthImport.Import(keys, isAwaited);
        Restart(keys, mustComplete);
        Stopping(keys);
        ServiceLimits.Import(keys);
        ServiceLogs.Import(keys);
        keys.TellRest(key => _reasons.GetValueOrDefault(key, key.StartsWith("x-", StringComparison.Ordinal) ? "an extension" : "no counterpart"));
    }

    private static void Command(ComposeKeys keys)
    {
        var (entry, command) = (keys.Command("entrypoint"), keys.Command("command"));
        var line = keys.Line(entry is not null ? "entrypoint" : "command");
        keys.Part.Set("command", entry is null ? command! : command is null ? entry : Joined(entry, command), line);
    }

    private static DraftValue Joined(DraftValue first, DraftValue second) => (first, second) switch
    {
        (DraftText a, DraftText b) => DraftValue.Of($"{a.Template} {b.Template}"),
        (DraftList a, DraftList b) => new DraftList([.. a.Items, .. b.Items]),
        // A line with variables beside a list: its words as they stand.
        (DraftText a, DraftList b) => new DraftList([.. WordsOf(a), .. b.Items]),
        (DraftList a, DraftText b) => new DraftList([.. a.Items, .. WordsOf(b)]),
        _ => first,
    };

    private static IEnumerable<DraftValue> WordsOf(DraftText line) =>
        (Configuration.Scalars.CommandWords.Split(line.Template, shellWordsAllowed: true).Words ?? []).Select(word => (DraftValue)DraftValue.Of(word));

    private static void Process(ComposeKeys keys)
    {
        if (keys.Text("working_dir") is { } directory)
        {
            keys.Part.Set("directory", directory, keys.Line("working_dir"));
        }

        if (keys.Text("user") is { } user)
        {
            var at = ColonOutsideOfVariables(user);
            keys.Part.Set("user", at < 0 ? user : user[..at], keys.Line("user"));
            if (at > 0)
            {
                keys.Part.Set("group", user[(at + 1)..], keys.Line("user"));
            }
        }

        if (keys.Items("group_add") is { Count: > 0 } groups)
        {
            keys.Part.Set("supplementary_groups", DraftValue.Words(groups.Select(group => keys.Scalar("group_add", group) ?? "")), keys.Line("group_add"));
        }

        if (keys.Items("cap_add") is { Count: > 0 } added)
        {
            keys.Part.Set("capabilities", DraftValue.Words(added.Select(one => keys.Scalar("cap_add", one) ?? "").Select(name => name.StartsWith("CAP_", StringComparison.Ordinal) ? name : "CAP_" + name)), keys.Line("cap_add"));
            keys.Note("cap_add", "here these are all that it has, not in addition to others");
        }

        var options = keys.Items("security_opt");
        if (options.Count == 1 && options[0] is YamlScalar { Value: "no-new-privileges:true" or "no-new-privileges" or "no-new-privileges=true" })
        {
            keys.Part.Set("no_new_privileges", DraftValue.True, keys.Line("security_opt"));
        }
        else if (options.Count > 0)
        {
            keys.Note("security_opt", "no counterpart, but for no-new-privileges:true (no_new_privileges: true)");
        }
    }

    // "${UID:-1000}:${GID:-1000}"
    private static int ColonOutsideOfVariables(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (text[i] == ':' && depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Dependencies(ComposeKeys keys, IReadOnlyDictionary<string, string> jobs)
    {
        if (keys.Take("depends_on") is not { } node)
        {
            return;
        }

        var needs = node is YamlMap map ? map.Entries.Select(entry => (entry.Key, Details: entry.Value as YamlMap))
            : keys.Items("depends_on").OfType<YamlScalar>().Select(name => (Key: name, Details: (YamlMap?)null));
        foreach (var (key, details) in needs)
        {
            var condition = (details?["condition"] as YamlScalar)?.Value;
            if (!jobs.TryGetValue(key.Value, out var job))
            {
                keys.Note("depends_on", $"'{key.Value}' is no job of this file: see to it that it runs");
                continue;
            }

            keys.Part.SetIn("depends_on", job, condition switch
            {
                "service_healthy" => "ready",
                "service_completed_successfully" => "succeeded",
                null or "service_started" => "started",
                _ => keys.Wrong<string>("condition", details!["condition"]!, "service_started, service_healthy or service_completed_successfully") ?? "started",
            }, keys.Line("depends_on"));
            if (details?["restart"] is YamlScalar { Value: "true" })
            {
                keys.Part.Set("on_dependency_restart", "restart", keys.Line("depends_on"));
            }
        }
    }

    private static void Restart(ComposeKeys keys, bool isOneshot)
    {
        if (isOneshot)
        {
            keys.Part.Set("kind", "oneshot");
        }

        // Without a word a container is not started again.
        var word = keys.Text("restart") ?? "no";
        var line = word == "no" ? (SourceLine?)null : keys.Line("restart");
        var (policy, limit) = word.Split(':') is [var name, var most] ? (name, most) : (word, null);
        keys.Part.Set("restart", policy switch
        {
            "no" or "false" => "never",
            "always" or "unless-stopped" or "true" => isOneshot ? "on-failure" : "always",
            "on-failure" => "on-failure",
            _ when policy.StartsWith("${", StringComparison.Ordinal) => policy,
            _ => keys.Wrong<string>("restart", keys.Take("restart")!, "no, always, on-failure[:N] or unless-stopped") ?? "never",
        }, line);
        if (limit is not null && int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            keys.Part.Set("restart", new DraftMap([("policy", DraftValue.Of(policy)), ("limit", DraftValue.Of(number.ToString()))]), line);
        }
    }

    private static void Stopping(ComposeKeys keys)
    {
        if (keys.Take("stop_signal") is YamlScalar signal && ImportedSignal.Of(signal.Value, message => keys.Problem(signal, $"'stop_signal': {message}")) is { } name)
        {
            keys.Part.Set("stop.signal", name, keys.Line("stop_signal"));
        }

        if (keys.Duration("stop_grace_period") is { } grace)
        {
            keys.Part.Set("stop.timeout", grace, keys.Line("stop_grace_period"));
        }

        if (keys.Items("profiles").Count > 0)
        {
            keys.Part.Set("start", "manual", keys.Line("profiles"));
            keys.Note("profiles", "there are no profiles: it is started by hand");
        }
    }
}
