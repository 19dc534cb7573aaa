namespace Supervisor.Specs;

/// <summary><c>resources:</c>: what all processes of a job may use together (cgroup v2). Null: no limit.</summary>
public sealed record ResourceSpec
{
    /// <summary>Hard limit of memory, bytes (memory.max): beyond it the job is killed.</summary>
    public ulong? Memory { get; init; }

    /// <summary>From here its memory is reclaimed hard and it is slowed down (memory.high).</summary>
    public ulong? MemoryHigh { get; init; }

    /// <summary>Limit of swap, bytes (memory.swap.max).</summary>
    public ulong? Swap { get; init; }

    /// <summary>Processes and threads (pids.max).</summary>
    public int? Tasks { get; init; }

    /// <summary>CPU time per time, 1.5 is one CPU and a half (cpu.max).</summary>
    public double? Cpu { get; init; }

    /// <summary>Share of the CPUs when they are short, 1..10000, others have 100 (cpu.weight).</summary>
    public int? CpuWeight { get; init; }

    /// <summary>The same for block devices (io.weight).</summary>
    public int? IoWeight { get; init; }

    /// <summary>Whether a limit that cannot be set is a failed start; otherwise it is a warning.</summary>
    public bool Required { get; init; }
}
