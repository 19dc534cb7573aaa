using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>bench/SpawnStress in its builds: a supervisor of processes that tests can trace, limit and kill.</summary>
internal static class StressPrograms
{
    /// <summary>The build beside this one (CoreCLR, Debug).</summary>
    public static string Debug { get; } = Path.Combine(Built.Repository, "bench/SpawnStress/bin/Debug/net10.0/SpawnStress");

    /// <summary>The others, which scripts/test.sh makes; null when they are not there.</summary>
    public static string? Find(string build)
    {
        var path = build == "debug" ? Debug : Path.Combine(Built.Repository, $"artifacts/stress-{build}/SpawnStress");
        return File.Exists(path) ? path : null;
    }

    /// <summary>Whether this test process is root's.</summary>
    public static bool IsRoot => Environment.UserName == "root";

    /// <summary>Runs the Debug build to its end; its lines.</summary>
    public static async Task<string[]> Run(params string[] arguments) => await Run(new ProcessSpec { Command = [Debug, .. arguments] });

    /// <summary>The same, with all that can be asked of a start.</summary>
    public static async Task<string[]> Run(ProcessSpec spec)
    {
        var (status, output, error) = await TestProcesses.Run(spec);
        Assert.True(status.Code == 0, $"{status.ShellCode}: {output}{error}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
