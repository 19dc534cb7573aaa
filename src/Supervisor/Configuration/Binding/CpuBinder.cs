using System.Globalization;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>Priorities and CPUs of a job.</summary>
internal static class CpuBinder
{
    private const int HighestCpu = 8191;
    private const string Expected = "CPU numbers such as [0, 1] or \"0-3,5\"";

    public static IoPriority? IoPriority(SectionReader job)
    {
        if (job["ionice"] is not { } node)
        {
            return null;
        }

        var section = job.Sub("ionice", JobKeys.IoNice);
        var ioClass = section.Word("class", Vocabulary.IoClass, IoClass.BestEffort);
        if (ioClass == IoClass.Idle && section["level"] is not null)
        {
            section.Scope.Problem(section["level"] ?? node, $"{section.What("level")}: the class idle has no levels");
        }

        var level = section.Integer("level");
        return new(ioClass, ioClass == IoClass.Idle ? 0 : level ?? 4);
    }

    public static SchedulingSpec? Scheduling(SectionReader job)
    {
        if (job["scheduling"] is not { } node)
        {
            return null;
        }

        var section = job.Sub("scheduling", JobKeys.Scheduling);
        if (section["policy"] is null && node is YamlMap)
        {
            section.Scope.Problem(node, $"{section.What("policy")} is missing");
        }

        var policy = section.Word("policy", Vocabulary.Scheduling, SchedulingPolicy.Other);
        var priority = section.Integer("priority") ?? 0;
        if ((policy is SchedulingPolicy.Fifo or SchedulingPolicy.Rr) != priority > 0)
        {
            section.Scope.Problem(section["priority"] ?? node, $"{section.What("priority")}: expected 1 to 99 with fifo and rr, 0 with the others");
        }

        return new(policy, priority);
    }

    public static Sequence<int>? Affinity(SectionReader job)
    {
        if (job["cpu_affinity"] is not { } node)
        {
            return null;
        }

        var (scope, what) = (job.Scope, job.What("cpu_affinity"));
        var parts = node is YamlList list
            ? list.Items.Select(item => scope.Text(item, what, Expected))
            : scope.Text(node, what, Expected)?.Split(',');
        var cpus = new SortedSet<int>();
        foreach (var part in parts ?? [])
        {
            if (part is not null && !TryAdd(cpus, part.Trim()))
            {
                scope.Wrong<string>(node, what, Expected, YamlScalar.Shown(part));
            }
        }

        return cpus.Count > 0 || parts is null ? cpus.ToSequence() : scope.Wrong<Sequence<int>>(node, what, Expected, "no CPU");
    }

    private static bool TryAdd(SortedSet<int> cpus, string part)
    {
        var ends = part.Split('-');
        if (ends.Length > 2 || !TryCpu(ends[0], out var first) || !TryCpu(ends[^1], out var last) || first > last)
        {
            return false;
        }

        cpus.UnionWith(Enumerable.Range(first, last - first + 1));
        return true;
    }

    private static bool TryCpu(string text, out int cpu) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu <= HighestCpu;
}
