using System.Globalization;
using Supervisor.Specs;

namespace Supervisor.Processes.Cgroups;

/// <summary>One limit as the kernel takes it.</summary>
/// <param name="Key">The key of <c>resources:</c>.</param>
/// <param name="Controller">Whose it is.</param>
/// <param name="File">File of the cgroup.</param>
/// <param name="Text">What is written there.</param>
internal readonly record struct ResourceFile(string Key, string Controller, string File, string Text);

/// <summary><c>resources:</c> in the kernel's files. Pure.</summary>
internal static class ResourceFiles
{
    private const int Period = 100_000; // microseconds, the kernel's own default

    /// <summary>What holds for all processes of a job together.</summary>
    public static IEnumerable<ResourceFile> OfJob(ResourceSpec? spec)
    {
        if (spec is null)
            yield break;
        if (spec.Memory is { } memory)
            yield return new("memory", "memory", "memory.max", Text(memory));
        if (spec.MemoryHigh is { } high)
            yield return new("memory_high", "memory", "memory.high", Text(high));
        if (spec.Swap is { } swap)
            yield return new("swap", "memory", "memory.swap.max", Text(swap));
        if (spec.Tasks is { } tasks)
            yield return new("tasks", "pids", "pids.max", Text(tasks));
        if (spec.CpuWeight is { } weight)
            yield return new("cpu_weight", "cpu", "cpu.weight", Text(weight));
        if (spec.IoWeight is { } io)
            yield return new("io_weight", "io", "io.weight", "default " + Text(io));
    }

    /// <summary>
    /// What holds for the main process with all that it starts, and for each command beside it: a start in a cgroup that has used up its CPU time
    /// would wait for more of it between vfork and execve, and with it every collection of ours.
    /// </summary>
    public static IEnumerable<ResourceFile> OfRun(ResourceSpec? spec)
    {
        if (spec?.Cpu is { } cpu)
            yield return new("cpu", "cpu", "cpu.max", $"{Text((long)Math.Round(cpu * Period))} {Text(Period)}");
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
