using Supervisor.Configuration.Keys;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>resources:</c> of a job.</summary>
internal static class ResourceBinder
{
    private const double MostCpus = 1000;

    public static ResourceSpec? Resources(SectionReader job)
    {
        if (job["resources"] is null)
        {
            return null;
        }

        var section = job.Sub("resources", JobKeys.Resources);
        var spec = new ResourceSpec
        {
            Memory = Size(section, "memory", zeroAllowed: false),
            MemoryHigh = Size(section, "memory_high", zeroAllowed: false),
            Swap = Size(section, "swap", zeroAllowed: true),
            Tasks = section.Integer("tasks"),
            Cpu = section["cpu"] is { } node ? section.Scope.Number(node, section.What("cpu"), 0.01, MostCpus, percent: true) : null,
            CpuWeight = section.Integer("cpu_weight"),
            IoWeight = section.Integer("io_weight"),
            Required = section.Boolean("required"),
        };
        // Nothing to limit: written or not, it is the same spec.
        return spec == new ResourceSpec() || spec == new ResourceSpec { Required = true } ? null : spec;
    }

    private static ulong? Size(SectionReader section, string key, bool zeroAllowed)
    {
        if (section[key] is not { } node || section.Scope.Size(node, section.What(key)) is not { } bytes)
        {
            return null;
        }

        return bytes switch
        {
            0 when !zeroAllowed => section.Scope.WrongValue<ulong>(node, section.What(key), Scalars.Sizes.Expected, "zero: nothing could run"),
            > long.MaxValue => section.Scope.WrongValue<ulong>(node, section.What(key), "a size below 8 EiB", "more"),
            _ => bytes,
        };
    }
}
