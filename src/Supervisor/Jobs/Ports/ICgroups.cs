using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>The jobs' control groups for readers (status, metrics): callable from any thread, the numbers are the kernel's at that moment.</summary>
public interface ICgroupReader
{
    /// <summary>What an instance uses now; null: it has no cgroup.</summary>
    CgroupReading? Read(InstanceName name);
}

/// <summary>What the processes of an instance use together; null: the controller is not there.</summary>
/// <param name="Path">Directory of its cgroup.</param>
/// <param name="MemoryBytes">memory.current: page cache included.</param>
/// <param name="Tasks">pids.current: processes and threads.</param>
/// <param name="Cpu">cpu.stat: CPU time of this run.</param>
/// <param name="Throttled">Time that it waited for <c>resources.cpu</c>.</param>
public sealed record CgroupReading(string Path, long? MemoryBytes, long? Tasks, TimeSpan Cpu, TimeSpan? Throttled);
