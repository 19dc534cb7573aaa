namespace Supervisor.Jobs.Ports;

/// <summary>What came of the wish for a new file.</summary>
/// <param name="Path">The current file.</param>
/// <param name="How">What was done.</param>
/// <param name="Error">Why nothing could be done; null: no reason.</param>
public sealed record RotatedFile(string Path, LogRotation How, string? Error);

/// <summary>How a rotation that somebody asked for went.</summary>
public enum LogRotation
{
    /// <summary>A new file has begun.</summary>
    Done,
    /// <summary>The last line is not over: a new file begins after it.</summary>
    AtLineEnd,
    /// <summary>Nothing is in the current file.</summary>
    Empty,
    /// <summary>The disk refused.</summary>
    Failed,
}
