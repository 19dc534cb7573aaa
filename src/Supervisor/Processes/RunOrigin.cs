using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>
/// By what the descendants of a start are known, wherever they went. First by SUPERVISOR_INVOCATION_ID in their environment. A program may overwrite that
/// (PostgreSQL writes its titles over it): then by the pipes of the job's output, which nobody but a descendant of the job can have open.
/// </summary>
internal sealed record RunOrigin(string InvocationId, IReadOnlyList<string> Pipes, bool BesideMain)
{
    /// <summary>The pipes that what <paramref name="request"/> starts writes its output into.</summary>
    public static Sequence<string> PipesOf(StartRequest request) =>
        new[] { request.Stdio.Out, request.Stdio.Error }.Select(PipeOf).OfType<string>().Distinct().ToSequence();

    /// <summary>Whether an orphan comes from here.</summary>
    /// <param name="pid">The orphan.</param>
    /// <param name="invocationId">What its environment says; null: nothing.</param>
    public bool IsOf(int pid, string? invocationId) => !BesideMain && (invocationId is null ? HasPipeOpen(pid) : invocationId == InvocationId);

    private bool HasPipeOpen(int pid)
    {
        if (Pipes.Count == 0)
            return false;
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Any(descriptor => Link(descriptor) is { } target && Pipes.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // gone, or not ours to look into
        }
    }

    // "pipe:[4711]": the number is unique in the kernel.
    private static string? PipeOf(StdioTarget target) =>
        target.Kind is StdioKind.Descriptor && Link($"/proc/self/fd/{target.Descriptor}") is { } link && link.StartsWith("pipe:", StringComparison.Ordinal) ? link : null;

    private static string? Link(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // closed meanwhile
        }
    }
}
