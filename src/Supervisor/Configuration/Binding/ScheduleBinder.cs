using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Scheduling;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>schedule:</c> of a job.</summary>
internal static class ScheduleBinder
{
    private const string Expected = "a cron expression of five fields (six with seconds first) such as \"0 3 * * *\", or a macro such as @daily";

    public static ScheduleSpec? Schedule(SectionReader job)
    {
        if (job["schedule"] is not { } node)
        {
            return null;
        }

        var section = job.Sub("schedule", JobKeys.Schedule);
        if (node is YamlMap && (section["cron"] is null) == (section["every"] is null))
        {
            section.Scope.Problem(node, $"{section.What("cron")}: expected either 'cron' or 'every', found {(section["cron"] is null ? "neither" : "both")}");
        }

        if (section["timezone"] is { } zone && section["cron"] is null)
        {
            section.Scope.Problem(zone, $"{section.What("timezone")} means nothing without 'cron'");
        }

        var spec = new ScheduleSpec
        {
            Cron = Cron(section),
            TimeZone = section.Text("timezone"),
            Every = section.Duration("every"),
            Jitter = section.Duration("jitter", zeroAllowed: true) ?? TimeSpan.Zero,
            Overlap = section.Word("overlap", Vocabulary.Overlap, Overlap.Skip),
            CatchUp = section.Boolean("catch_up"),
            AtStart = section.Boolean("at_start"),
        };
        Check(job, section, spec);
        return spec;
    }

    private static void Check(SectionReader job, SectionReader section, ScheduleSpec spec)
    {
        if (spec.Every is { } every && spec.Jitter >= every)
        {
            section.Scope.Problem(section["jitter"]!, $"{section.What("jitter")} has to be shorter than 'every'");
        }

        if (job.Word("kind", Vocabulary.Kind, JobKind.Oneshot) is JobKind.Service)
        {
            job.Scope.Problem(job["kind"]!, $"{job.What("kind")}: a job with a schedule runs to its end, so it is a oneshot");
        }

        if (job.Boolean("essential"))
        {
            job.Scope.Problem(job["essential"]!, $"{job.What("essential")}: a job with a schedule has no final end");
        }
    }

    private static string? Cron(SectionReader section)
    {
        if (section["cron"] is not { } node || section.Scope.NonEmpty(node, section.What("cron"), Expected) is not { } text)
        {
            Zone(section);
            return null;
        }

        // A zone that is unknown has been told: the expression is still read, by another clock.
        if (Calendar.Read(text, Zone(section) ?? TimeZoneInfo.Utc, out var problem) is null)
        {
            section.Scope.Problem(node, $"{section.What("cron")}: expected {Expected}, found {YamlScalar.Shown(text)}: {problem}");
        }

        return text;
    }

    private static TimeZoneInfo? Zone(SectionReader section)
    {
        if (section["timezone"] is not { } node || section.Text("timezone") is not { } name)
        {
            return TimeZoneInfo.Local;
        }

        if (Calendar.Zone(name) is { } zone)
        {
            return zone;
        }

        var known = TimeZoneInfo.GetSystemTimeZones().Select(one => one.Id).ToList();
        section.Scope.Problem(node, known.Count < 10
            ? $"{section.What("timezone")}: this machine knows no time zone {YamlScalar.Shown(name)}, and hardly any other (Debian has them in the package tzdata)"
            : $"{section.What("timezone")}: there is no time zone {YamlScalar.Shown(name)}{Suggestions.For(name, known)}");
        return null;
    }
}
