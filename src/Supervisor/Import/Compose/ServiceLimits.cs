using System.Globalization;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;
using Supervisor.Configuration.Yaml;

namespace Supervisor.Import.Compose;

/// <summary>ulimits:, deploy: and what limits a service.</summary>
internal static class ServiceLimits
{
    public static void Import(ComposeKeys keys)
    {
        Ulimits(keys);
        Resources(keys, "mem_limit", "cpus", "pids_limit", null);
        if (keys.Take("scale") is YamlScalar scale)
        {
            Instances(keys, "scale", scale, keys.Line("scale"));
        }

        if (keys.Text("cpuset") is { } cpus)
        {
            keys.Part.Set("cpu_affinity", cpus, keys.Line("cpuset"));
        }

        if (keys.Text("oom_score_adj") is { } score)
        {
            keys.Part.Set("oom_score_adjust", score, keys.Line("oom_score_adj"));
        }

        if (keys.Take("deploy") is not null && keys.Sub("deploy") is { } deploy)
        {
            Deploy(deploy);
        }
    }

    private static void Deploy(ComposeKeys deploy)
    {
        if (deploy.Take("replicas") is YamlScalar replicas)
        {
            Instances(deploy, "replicas", replicas, deploy.Line("replicas"));
        }

        if (deploy.Take("resources") is not null && deploy.Sub("resources") is { } resources)
        {
            if (resources.Take("limits") is not null && resources.Sub("limits") is { } limits)
            {
                Resources(limits, "memory", "cpus", "pids", "limits");
            }

            resources.TellRest(_ => "nothing is reserved: a limit is `resources:`");
        }

        if (deploy.Take("restart_policy") is not null && deploy.Sub("restart_policy") is { } policy)
        {
            RestartPolicy(deploy, policy);
        }

        deploy.TellRest(_ => "no counterpart: there is one machine");
    }

    private static void RestartPolicy(ComposeKeys deploy, ComposeKeys policy)
    {
        var line = deploy.Line("restart_policy");
        var restart = new DraftMap([("policy", DraftValue.Of(policy.Text("condition") switch { "none" => "never", "on-failure" => "on-failure", _ => "always" }))]);
        if (policy.Duration("delay") is { } delay)
        {
            restart.Set("delay", DraftValue.Of(delay));
            restart.Set("factor", DraftValue.Of("1"));
            if (Durations.TryParse(delay, out var time) && time > TimeSpan.FromSeconds(30))
            {
                restart.Set("max_delay", DraftValue.Of(delay));
            }
        }

        if (policy.Text("max_attempts") is { } attempts && int.TryParse(attempts, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0)
        {
            restart.Set("limit", DraftValue.Of(attempts));
            if (policy.Duration("window") is { } window)
            {
                restart.Set("within", DraftValue.Of(window));
            }
        }

        if (deploy.Part.Get("kind") is not null && restart["policy"] is DraftText { Template: "always" })
        {
            restart.Set("policy", DraftValue.Of("on-failure"));
        }

        deploy.Part.Set("restart", restart, line);
        policy.TellRest(_ => "no counterpart");
    }

    private static void Instances(ComposeKeys keys, string key, YamlScalar node, SourceLine line)
    {
        if (!int.TryParse(node.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > JobKeys.MostInstances)
        {
            keys.Wrong<string>(key, node, $"a number 0..{JobKeys.MostInstances}");
        }
        else if (number == 0)
        {
            keys.Part.Set("start", "manual", line);
        }
        else if (number > 1)
        {
            keys.Part.Set("instances", number.ToString(), line);
        }
    }

    private static void Ulimits(ComposeKeys keys)
    {
        if (keys.Take("ulimits") is not { } node)
        {
            return;
        }

        foreach (var (key, value) in (node as YamlMap)?.Entries ?? keys.Wrong<IReadOnlyList<YamlEntry>>("ulimits", node, "a map") ?? [])
        {
            if (!Vocabulary.Limits.TryFind(key.Value, out _))
            {
                keys.Problem(key, $"'ulimits': unknown limit '{key.Value}'{Configuration.Suggestions.For(key.Value, Vocabulary.Limits.All)}");
                continue;
            }

            var text = value is YamlMap both ? Both(One(both["soft"]), One(both["hard"] ?? both["soft"])) : One(value);
            keys.Part.Set($"limits.{key.Value}", text.Contains('?', StringComparison.Ordinal) ? keys.Wrong<string>("ulimits", value, "a number, or {soft, hard}") ?? "0" : text, keys.Line("ulimits"));
        }

        static string Both(string soft, string hard) => soft == hard ? soft : $"{soft}:{hard}";

        static string One(YamlNode? limit) =>
            limit is YamlScalar { Value: "-1" or "unlimited" } ? "unlimited"
            : limit is YamlScalar { Value: var number } && number.Length > 0 && number.All(char.IsAsciiDigit) ? number
            : "?";
    }

    private static void Resources(ComposeKeys keys, string memory, string cpus, string pids, string? parent)
    {
        if (keys.Take(memory) is YamlScalar size && size.Value is not ("0" or "-1"))
        {
            keys.Part.Set("resources.memory", Bytes(size.Value) ?? keys.Wrong<string>(memory, size, "a size such as 512m") ?? "0", keys.Line(memory));
        }

        if (keys.Take(cpus) is YamlScalar count && count.Value != "0")
        {
            var isNumber = decimal.TryParse(count.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number < 10_000;
            keys.Part.Set("resources.cpu", isNumber ? $"{Math.Max(1, decimal.Round(number * 100)):0}%" : keys.Wrong<string>(cpus, count, "a number of CPUs such as 0.5") ?? "0", keys.Line(cpus));
        }

        if (keys.Take(pids) is YamlScalar tasks && tasks.Value is not ("0" or "-1"))
        {
            keys.Part.Set("resources.tasks", tasks.Value.All(char.IsAsciiDigit) ? tasks.Value : keys.Wrong<string>(pids, tasks, "a number") ?? "0", keys.Line(pids));
        }

        if (parent is not null)
        {
            keys.TellRest(_ => "no counterpart");
        }
    }

    // 512m, 512mb, 1.5g: powers of 1024 there.
    private static string? Bytes(string text)
    {
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        var power = text[digits..].ToLowerInvariant() switch { "" or "b" => 0, "k" or "kb" => 1, "m" or "mb" => 2, "g" or "gb" => 3, "t" or "tb" => 4, _ => -1 };
        if (power < 0 || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1_000_000)
        {
            return power >= 0 && ulong.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes.ToString() : null;
        }

        return number == decimal.Truncate(number) && power > 0
            ? $"{number:0}{"KMGT"[power - 1]}iB"
            : ((ulong)(number * (1UL << (10 * power)))).ToString();
    }
}
