namespace Supervisor.Control.Messages;

/// <summary>Answer of <c>GET /v1/boards</c>: the state boards of jobs, read without asking the jobs.</summary>
/// <param name="Boards">Each board of the instances that were asked for.</param>
public sealed record BoardsMessage(IReadOnlyList<BoardMessage> Boards);

/// <summary>One state board.</summary>
/// <param name="Name">The instance.</param>
/// <param name="Heartbeat">The heartbeat; 0: none in this attempt.</param>
/// <param name="HeartbeatAgeSeconds">Time since a reading first found this heartbeat; null: there was none.</param>
/// <param name="Phase">starting, ready, stopping; null: the job has not said.</param>
/// <param name="Progress">How far it is; null: the job has not said.</param>
/// <param name="StatusText">What it does; null: the job has not said.</param>
/// <param name="Counters">Its counters and gauges.</param>
/// <param name="Problems">What is wrong with the board.</param>
public sealed record BoardMessage(
    string Name, ulong Heartbeat, double? HeartbeatAgeSeconds, string? Phase, ProgressMessage? Progress, string? StatusText,
    IReadOnlyList<CounterMessage> Counters, IReadOnlyList<string> Problems);

/// <summary>Progress.</summary>
/// <param name="Done">How much is done.</param>
/// <param name="Total">Of how much; 0: not known.</param>
public sealed record ProgressMessage(ulong Done, ulong Total);

/// <summary>A counter or a gauge.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">counter or gauge.</param>
/// <param name="Value">Its value.</param>
public sealed record CounterMessage(string Name, string Kind, decimal Value);

/// <summary>Answer of <c>GET /v1/regions</c>.</summary>
/// <param name="Regions">Each region.</param>
public sealed record RegionsMessage(IReadOnlyList<RegionMessage> Regions);

/// <summary>A region of shared memory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="ResidentBytes">What of it has been touched and takes memory.</param>
/// <param name="Users">The instances that hold it.</param>
public sealed record RegionMessage(string Name, long SizeBytes, long ResidentBytes, IReadOnlyList<string> Users);
