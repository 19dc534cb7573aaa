using System.Globalization;
using Supervisor.Configuration.Yaml;

namespace Supervisor.Import.Compose;

/// <summary>healthcheck: of a service: its health, and what others wait for.</summary>
internal static class HealthImport
{
    public static void Import(ComposeKeys keys, bool isAwaited)
    {
        if (keys.Take("healthcheck") is null || keys.Sub("healthcheck") is not { } check)
        {
            if (isAwaited)
            {
                keys.Part.Remark("others wait for its health, but its healthcheck is in its image: say when it is ready with `ready:`");
            }

            return;
        }

        var test = Test(check);
        if (check.IsTrue("disable") || test is null)
        {
            keys.Note("healthcheck", "there is no check unless one is written");
            return;
        }

        var line = keys.Line("healthcheck");
        if (isAwaited)
        {
            keys.Part.Set("ready.exec", test, line);
        }

        keys.Part.Set("health.exec", test, line);
        keys.Part.Set("health.interval", check.Duration("interval") ?? "30s", line);
        keys.Part.Set("health.timeout", check.Duration("timeout") ?? "30s", line);
        if (check.Take("retries") is YamlScalar retries)
        {
            keys.Part.Set("health.failures", int.TryParse(retries.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number.ToString() : check.Wrong<string>("retries", retries, "a number from 1") ?? "3", line);
        }

        if (check.Duration("start_period") is { } period)
        {
            keys.Part.Set("health.start_period", period, line);
        }

        check.TellRest(key => key == "start_interval" ? "the interval is the same from the start" : "no counterpart");
        keys.Part.Note(line, "a job whose health fails is restarted here; compose only shows it");
    }

    private static DraftValue? Test(ComposeKeys check) => check.Take("test") switch
    {
        YamlList { Items: [YamlScalar { Value: "CMD" }, _, ..] } list => DraftValue.Words(list.Items.Skip(1).Select(word => check.Scalar("test", word) ?? "")),
        YamlList { Items: [YamlScalar { Value: "CMD-SHELL" }, var script, ..] } => DraftCommand.Shell(check.Scalar("test", script) ?? ""),
        YamlList { Items: [YamlScalar { Value: "NONE" }] } or null => null,
        YamlScalar script => DraftCommand.Shell(check.Scalar("test", script) ?? ""),
        var node => check.Wrong<DraftValue>("test", node, "[CMD, ...], [CMD-SHELL, ...], [NONE] or one string"),
    };
}
