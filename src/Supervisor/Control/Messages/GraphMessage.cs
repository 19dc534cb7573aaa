namespace Supervisor.Control.Messages;

/// <summary>Answer of <c>GET /v1/graph</c>: the jobs in file order.</summary>
/// <param name="Jobs">Each job.</param>
public sealed record GraphMessage(IReadOnlyList<GraphJobMessage> Jobs);

/// <summary>A job of the graph.</summary>
/// <param name="Job">Its name.</param>
/// <param name="Kind">service or oneshot.</param>
/// <param name="Start">auto or manual.</param>
/// <param name="DependsOn">What it waits for.</param>
/// <param name="Instances">Its instances.</param>
public sealed record GraphJobMessage(
    string Job, string Kind, string Start, IReadOnlyList<DependencyMessage> DependsOn, IReadOnlyList<GraphInstanceMessage> Instances);

/// <summary>A dependency.</summary>
/// <param name="Job">On which job.</param>
/// <param name="Condition">started, ready, completed or succeeded.</param>
public sealed record DependencyMessage(string Job, string Condition);

/// <summary>An instance of the graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="FirstStart">The first start since the supervisor's that went through to the end; null: none has yet.</param>
/// <param name="LastStart">The newest one.</param>
public sealed record GraphInstanceMessage(string Name, string State, StartMessage? FirstStart, StartMessage? LastStart);

/// <summary>The course of a start, on the monotonic clock.</summary>
/// <param name="Up">When it was up, by the wall clock.</param>
/// <param name="UpSeconds">The same in seconds since the supervisor's start.</param>
/// <param name="WaitedSeconds">How long it waited for what it depends on, or retried.</param>
/// <param name="TookSeconds">How long the attempt took that went through, until it was ready (a oneshot: until it had succeeded).</param>
public sealed record StartMessage(DateTimeOffset Up, double UpSeconds, double WaitedSeconds, double TookSeconds);
