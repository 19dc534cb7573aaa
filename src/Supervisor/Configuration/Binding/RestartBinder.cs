using System.Globalization;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>restart:</c> of a job.</summary>
internal static class RestartBinder
{
    public static RestartSpec Restart(SectionReader job, JobKind kind, bool isScheduled)
    {
        // A oneshot that was killed has not done its work: only code 0 says so (systemd.service(5), SuccessExitStatus=).
        var start = kind == JobKind.Oneshot ? RestartSpec.Default with { Success = [ExitMatch.OfCode(0)] } : RestartSpec.Default;
        if (isScheduled)
        {
            // The next run is its second chance.
            start = start with { Policy = RestartPolicy.Never };
        }

        if (job["restart"] is not { } node)
        {
            return start;
        }

        var restart = node is YamlScalar
            ? start with { Policy = job.Word("restart", Vocabulary.Policy, start.Policy) }
            : Long(job.Sub("restart", JobKeys.Restart), start);
        if (kind == JobKind.Oneshot && restart.Policy == RestartPolicy.Always)
        {
            job.Scope.Problem(node, $"{job.What("restart")}: a oneshot cannot be restarted always, it would never be completed; use on-failure or never");
        }

        return restart;
    }

    private static RestartSpec Long(SectionReader section, RestartSpec start)
    {
        var restart = start with
        {
            Policy = section.Word("policy", Vocabulary.Policy, start.Policy),
            Delay = section.Duration("delay", zeroAllowed: true) ?? start.Delay,
            Factor = Number(section, "factor", 1, 1000, percent: false) ?? start.Factor,
            MaxDelay = section.Duration("max_delay", zeroAllowed: true) ?? start.MaxDelay,
            Jitter = Number(section, "jitter", 0, 1, percent: true) ?? start.Jitter,
            ResetAfter = section.Duration("reset_after", zeroAllowed: true) ?? start.ResetAfter,
            Limit = Limit(section),
            Within = section.DurationOrNone("within", null),
            RetryAfterLimit = AfterLimit(section),
            Success = Exits(section, "success") ?? start.Success,
            NeverOn = Exits(section, "never_on") ?? [],
            AlwaysOn = Exits(section, "always_on") ?? [],
        };
        Check(section, restart);
        return restart;
    }

    private static void Check(SectionReader section, RestartSpec restart)
    {
        if (restart.Delay > restart.MaxDelay && (section["delay"] ?? section["max_delay"]) is { } delay)
        {
            section.Scope.Problem(delay, $"{section.What("delay")} is longer than 'restart.max_delay'");
        }

        foreach (var key in (ReadOnlySpan<string>)["within", "after_limit"])
        {
            if (restart.Limit is null && section["limit"] is null && section[key] is { } node && node is not YamlScalar { Value: "none" or "fail" })
            {
                section.Scope.Problem(node, $"{section.What(key)} means nothing without 'restart.limit'");
            }
        }

        foreach (var both in restart.AlwaysOn.Count == 0 ? [] : restart.NeverOn.Intersect(restart.AlwaysOn))
        {
            section.Scope.Problem(section["always_on"] ?? section.Map, $"{section.What("always_on")}: {both} is in 'never_on' too");
        }
    }

    private static double? Number(SectionReader section, string key, double least, double most, bool percent) =>
        section[key] is { } node ? section.Scope.Number(node, section.What(key), least, most, percent) : null;

    private static int? Limit(SectionReader section) =>
        section["limit"] is { } node && !SectionReader.IsNone(node) ? section.Scope.Integer(node, section.What("limit"), 1, 1_000_000) : null;

    private static TimeSpan? AfterLimit(SectionReader section)
    {
        var node = section["after_limit"];
        if (node is null or YamlScalar { Value: "fail" })
        {
            return null;
        }

        if (node is not YamlMap)
        {
            section.Scope.Wrong<string>(node, section.What("after_limit"), "fail or {retry: 5m}");
            return null;
        }

        var after = section.Sub("after_limit", JobKeys.AfterLimit);
        if (after["retry"] is null)
        {
            section.Scope.Problem(node, $"{after.What("retry")} is missing");
        }

        return after.Duration("retry");
    }

    private static Sequence<ExitMatch>? Exits(SectionReader section, string key)
    {
        if (section[key] is null)
        {
            return null;
        }

        var exits = section.Items(key, single: true).Select(item => Exit(section, key, item)).Where(exit => exit is not null);
        return exits.Select(exit => exit!.Value).Distinct().ToSequence();
    }

    private static ExitMatch? Exit(SectionReader section, string key, YamlNode item)
    {
        const string Expected = "an exit code 0..255 or a signal such as SIGTERM";
        if (section.Scope.Text(item, section.What(key), Expected) is not { } text)
        {
            return null;
        }

        if (text.All(char.IsAsciiDigit) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= 255)
        {
            return ExitMatch.OfCode(code);
        }

        return !text.All(char.IsAsciiDigit) && Signal.TryParse(text, out var signal) ? ExitMatch.OfSignal(signal)
            : section.Scope.WrongValue<ExitMatch>(item, section.What(key), Expected, YamlScalar.Shown(text) + Suggestions.For(text, Signal.Names));
    }
}
