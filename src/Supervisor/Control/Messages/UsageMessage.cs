namespace Supervisor.Control.Messages;

/// <summary>Answer of <c>GET /v1/usage</c>: the main processes that run now.</summary>
/// <param name="At">When it was read, in seconds on a clock that never jumps: two answers give the CPU share between them.</param>
/// <param name="Jobs">Each instance whose main process runs.</param>
public sealed record UsageMessage(double At, IReadOnlyList<JobUsageMessage> Jobs);

/// <summary>What one main process uses (its children not counted).</summary>
/// <param name="Name">Which instance.</param>
/// <param name="Pid">Its pid; another pid than last time: the counter began anew.</param>
/// <param name="CpuSeconds">CPU time so far, user and system.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="Cgroup">What all of its processes use together; null: it has no cgroup.</param>
public sealed record JobUsageMessage(string Name, int Pid, double CpuSeconds, long ResidentBytes, CgroupUsageMessage? Cgroup);

/// <summary>What all processes of a job use together, of its cgroup.</summary>
/// <param name="Path">Its directory.</param>
/// <param name="MemoryBytes">Memory, page cache included; null: no memory controller.</param>
/// <param name="Tasks">Processes and threads; null: no pids controller.</param>
/// <param name="CpuSeconds">CPU time in this run.</param>
/// <param name="ThrottledSeconds">Time that it waited for its <c>resources.cpu</c>; null: not limited.</param>
public sealed record CgroupUsageMessage(string Path, long? MemoryBytes, long? Tasks, double CpuSeconds, double? ThrottledSeconds);
