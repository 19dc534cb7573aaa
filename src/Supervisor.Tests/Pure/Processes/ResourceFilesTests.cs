using Supervisor.Processes.Cgroups;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Processes;

public class ResourceFilesTests
{
    private static readonly ResourceSpec _all = new() { Memory = 512 << 20, MemoryHigh = 400 << 20, Swap = 0, Tasks = 100, Cpu = 1.5, CpuWeight = 200, IoWeight = 50 };

    [Fact]
    public void Every_limit_has_its_file() => Assert.Equal(
        ["memory memory.max 536870912", "memory memory.high 419430400", "memory memory.swap.max 0", "pids pids.max 100", "cpu cpu.weight 200", "io io.weight default 50"],
        ResourceFiles.OfJob(_all).Select(file => $"{file.Controller} {file.File} {file.Text}"));

    [Theory]
    [InlineData(1.5, "150000 100000"), InlineData(0.01, "1000 100000"), InlineData(0.333, "33300 100000"), InlineData(64, "6400000 100000")]
    public void Cpu_time_is_a_quota_of_a_tenth_of_a_second(double cpu, string text) =>
        Assert.Equal(("cpu.max", text), Assert.Single(ResourceFiles.OfRun(new() { Cpu = cpu })) is var file ? (file.File, file.Text) : default);

    [Fact]
    public void Nothing_is_limited_that_is_not_written()
    {
        Assert.Empty(ResourceFiles.OfJob(null));
        Assert.Empty(ResourceFiles.OfRun(null));
        Assert.Empty(ResourceFiles.OfJob(new() { Required = true }));
    }
}
