namespace Supervisor.Control.Messages;

/// <summary>Answer of <c>GET /v1/jobs/NAME/why</c>: one story per instance.</summary>
/// <param name="Jobs">The instances that were asked for.</param>
public sealed record WhyMessage(IReadOnlyList<JobStoryMessage> Jobs);

/// <summary>The story of one instance.</summary>
/// <param name="Job">Its state now.</param>
/// <param name="Restart">Its restart policy in words.</param>
/// <param name="Position">Where the key stands that the last failed start is about: <c>web.yaml:7:16 directory</c>; null: nowhere.</param>
/// <param name="Exits">The last ends, newest first.</param>
/// <param name="Story">The last decisions, oldest first.</param>
/// <param name="LastLines">The last lines of its log, oldest first.</param>
public sealed record JobStoryMessage(
    JobMessage Job,
    string Restart,
    string? Position,
    IReadOnlyList<ExitMessage> Exits,
    IReadOnlyList<StoryLineMessage> Story,
    IReadOnlyList<LogLineMessage> LastLines);

/// <summary>One decision or event.</summary>
/// <param name="Sequence">Its number in the stream of events.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Attempt">Number of the attempt.</param>
/// <param name="State">State after it.</param>
/// <param name="Level">information, warning, error.</param>
/// <param name="Text">In words.</param>
public sealed record StoryLineMessage(long Sequence, DateTimeOffset At, int Attempt, string State, string Level, string Text);

/// <summary>One line of a log: what the log stream sends, one object a line.</summary>
/// <param name="Job">Which instance.</param>
/// <param name="At">When it arrived; null: not known (from a file without time stamps).</param>
/// <param name="Stream">stdout or stderr.</param>
/// <param name="Text">The line; what is not UTF-8 is replaced by U+FFFD.</param>
/// <param name="Bytes">The line's bytes (base64), only when they are not UTF-8.</param>
/// <param name="Missed">Lines left out before this one, because the reader was too slow.</param>
public sealed record LogLineMessage(string Job, DateTimeOffset? At, string Stream, string Text, string? Bytes, long Missed);
