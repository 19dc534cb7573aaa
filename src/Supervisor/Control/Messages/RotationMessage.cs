namespace Supervisor.Control.Messages;

/// <summary>What came of <c>logs --rotate</c>.</summary>
/// <param name="Files">Every current file of the jobs named; jobs whose output does not go to files of ours have none.</param>
public sealed record RotationMessage(IReadOnlyList<RotatedFileMessage> Files);

/// <summary>One file.</summary>
/// <param name="Job">Whose.</param>
/// <param name="File">Its path.</param>
/// <param name="Result">rotated; at-line-end: it is when the line that is not over ends; empty: there was nothing to rotate; failed.</param>
/// <param name="Error">Why it failed; null: it did not.</param>
public sealed record RotatedFileMessage(string Job, string File, string Result, string? Error);
