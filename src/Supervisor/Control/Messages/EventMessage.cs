namespace Supervisor.Control.Messages;

/// <summary>One event of <c>GET /v1/events</c>: the <c>data</c> of a server-sent event whose <c>id</c> is its number.</summary>
/// <param name="Boot">Which start of the supervisor numbered it; another one begins with 1 again.</param>
/// <param name="Sequence">Its number; there are no holes.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Job">Which instance (<c>web@2</c>); null: the supervisor itself.</param>
/// <param name="Attempt">Number of the attempt; 0 for the supervisor.</param>
/// <param name="State">State of the instance after it; null for the supervisor.</param>
/// <param name="Level">detail, information, warning, error.</param>
/// <param name="Text">In words.</param>
/// <param name="Missed">Events left out before this one, because the reader was too slow or they are no longer kept.</param>
public sealed record EventMessage(
    string Boot, long Sequence, DateTimeOffset At, string? Job, int Attempt, string? State, string Level, string Text, long Missed);

/// <summary>Answer of <c>GET /livez</c> and <c>GET /readyz</c>.</summary>
/// <param name="Status">ok.</param>
public sealed record HealthMessage(string Status);
