namespace Supervisor.Logs;

/// <summary>Where a run begins in the files.</summary>
/// <param name="Out">In stdout's file.</param>
/// <param name="Error">In stderr's own file.</param>
internal sealed record RunMark(FilePosition Out, FilePosition Error)
{
    /// <summary>No run yet.</summary>
    public static readonly RunMark None = new(default, default);
}

/// <summary>A place in a rotated file: which file (see <see cref="FileGenerations"/>) and bytes.</summary>
internal readonly record struct FilePosition(long Generation, long Offset);
