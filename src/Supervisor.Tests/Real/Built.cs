using System.Runtime.CompilerServices;

namespace Supervisor.Tests.Real;

/// <summary>The programs that floor 3 runs.</summary>
internal static class Built
{
    private static readonly Lazy<Task<string>> _child = new(CompileChild);

    /// <summary>The built daemon: what SUPERVISOR_BINARY names (the NativeAOT binary), else the build beside the tests.</summary>
    public static string Supervisor { get; } =
        Environment.GetEnvironmentVariable("SUPERVISOR_BINARY") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "supervisor");

    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Here(), "../../.."));

    /// <summary>Whether the daemon under test is the NativeAOT binary.</summary>
    public static bool IsAot => Environment.GetEnvironmentVariable("SUPERVISOR_BINARY") is { Length: > 0 };

    /// <summary>The child that misbehaves on demand, compiled at its first use.</summary>
    public static Task<string> Child => _child.Value;

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static async Task<string> CompileChild()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "child");
        var unfinished = $"{program}.{Environment.ProcessId}";
        var compiled = await ProgramRun.ToEnd("gcc", ["-Wall", "-O1", "-o", unfinished, Path.Combine(Here(), "Child", "child.c")]);
        if (compiled.Code != 0)
        {
            throw new InvalidOperationException($"gcc: {compiled}");
        }

        File.Move(unfinished, program, overwrite: true);
        return program;
    }
}
