using System.Text.RegularExpressions;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>ready:</c> and <c>health:</c> of a job.</summary>
internal static class ReadinessBinder
{
    private static readonly string[] _kinds = ["after", "fd", "log", .. ProbeBinder.Kinds];
    private static readonly string[] _ofProbes = ["interval", "timeout"];
    private static readonly string _expected = $"started, notify, or a map with one of {string.Join(", ", _kinds)}";

    public static ReadySpec Ready(SectionReader job)
    {
        var node = job["ready"];
        if (node is YamlScalar { Value: "notify" })
        {
            return new ReadyWhenNotified();
        }

        if (node is not (null or YamlScalar { Value: "started" } or YamlMap))
        {
            job.Scope.Wrong<string>(node, job.What("ready"), _expected);
        }

        return node is YamlMap map ? Of(job, map) ?? ReadySpec.Started : ReadySpec.Started;
    }

    public static HealthSpec? Health(SectionReader job)
    {
        if (job["health"] is not { } node)
        {
            return null;
        }

        var section = job.Sub("health", ProbeKeys.Health);
        if (node is YamlMap map && OnlyKind(section, map, ProbeBinder.Kinds, $"a map with one of {string.Join(", ", ProbeBinder.Kinds)}") is null)
        {
            return null;
        }

        return ProbeBinder.Probe(section, HealthSpec.DefaultInterval) is not { } probe ? null : new(probe)
        {
            Failures = section.Integer("failures") ?? 3,
            Successes = section.Integer("successes") ?? 1,
            StartPeriod = section.Duration("start_period", zeroAllowed: true) ?? TimeSpan.Zero,
        };
    }

    private static ReadySpec? Of(SectionReader job, YamlMap map)
    {
        var section = job.Sub("ready", ProbeKeys.Ready);
        var kind = OnlyKind(section, map, _kinds, _expected);
        foreach (var key in _ofProbes.Where(key => section[key] is not null && kind is not null && !ProbeBinder.Kinds.Contains(kind)))
        {
            section.Scope.Problem(section[key]!, $"{section.What(key)} means nothing with '{kind}'");
        }

        return kind switch
        {
            null => null,
            "after" => section.Duration("after", zeroAllowed: true) is { } delay ? new ReadyAfter(delay) : null,
            "fd" => section.Integer("fd") is { } number ? Descriptor(job, section, number) : null,
            "log" => section.Text("log") is { } pattern ? Line(section, pattern) : null,
            _ => ProbeBinder.Probe(section, ReadyByProbe.DefaultInterval) is { } probe ? new ReadyByProbe(probe) : null,
        };
    }

    // The sockets come first, at 3, 4, ...
    private static ReadyByDescriptor? Descriptor(SectionReader job, SectionReader section, int number)
    {
        var taken = ((job["sockets"] as YamlList)?.Items.Count ?? 0) + (job.Integer("file_descriptor_store") ?? 0);
        return number >= 3 + taken ? new(number)
            : section.Scope.Wrong<ReadyByDescriptor>(section["fd"]!, section.What("fd"), $"{3 + taken} or more, since those before are for its sockets and stored descriptors", $"{number}");
    }

    private static ReadyByLog? Line(SectionReader section, string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new(pattern);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return section.Scope.Wrong<ReadyByLog>(section["log"]!, section.What("log"), "a regular expression without backreferences and look-around", $"{YamlScalar.Shown(pattern)} ({Reason(e)})");
        }
    }

    // .NET's sentence repeats the pattern, or names an option of ours.
    private static string Reason(Exception e) => e is RegexParseException wrong
        ? $"at character {wrong.Offset}: {wrong.Message[(wrong.Message.IndexOf($"offset {wrong.Offset}. ", StringComparison.Ordinal) + $"offset {wrong.Offset}. ".Length)..].TrimEnd('.')}"
        : e.Message.Split("containing: ", 2)[^1].TrimEnd('.');

    /// <summary>A line is looked for in what passes through the supervisor.</summary>
    public static void CheckLog(SectionReader job, ReadySpec ready, LogSpec log)
    {
        if (ready is ReadyByLog && !IsRead(log.Stdout) && !IsRead(log.Stderr))
        {
            job.Scope.Problem(job["ready"]!, $"{job.What("ready.log")} needs output that passes through the supervisor ('log.stdout: file', 'console' or 'journal')");
        }

        static bool IsRead(LogTarget target) => target.Kind is LogTargetKind.File or LogTargetKind.Console or LogTargetKind.Journal;
    }

    private static string? OnlyKind(SectionReader section, YamlMap map, string[] kinds, string expected)
    {
        var written = kinds.Where(kind => section[kind] is not null).ToArray();
        if (written.Length == 1)
        {
            return written[0];
        }

        // A misspelt key, or one of a later version, has been told already.
        if (written.Length > 1 || !section.HasUnusableKey)
        {
            section.Scope.Problem(map, $"{section.What("").ToString().Replace(".'", "'", StringComparison.Ordinal)}: expected {expected}, found {(written.Length == 0 ? "none of them" : string.Join(" and ", written))}");
        }

        return null;
    }
}
