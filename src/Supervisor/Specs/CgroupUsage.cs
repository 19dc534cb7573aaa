namespace Supervisor.Specs;

/// <summary>What all processes of a run have used together, of its cgroup.</summary>
public sealed record CgroupUsage
{
    /// <summary>CPU time.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>Time that its processes waited for <c>resources.cpu</c>; null: it has no such limit.</summary>
    public TimeSpan? Throttled { get; init; }

    /// <summary>Most memory that it had at once, bytes, page cache included; null: not accounted (no memory controller, or Linux before 5.19).</summary>
    public long? MemoryPeak { get; init; }

    /// <summary>Processes of it that the kernel killed because memory was short.</summary>
    public long OomKills { get; init; }

    /// <summary>The limit of its own that was hit, bytes; null: none was, so memory was short further up.</summary>
    public ulong? MemoryLimit { get; init; }
}
