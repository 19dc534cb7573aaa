namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>The ways around what kernels before 5.11 (CLOSE_RANGE_CLOEXEC) and 6.9 (PIDFD_SIGNAL_PROCESS_GROUP) do not have.</summary>
[Collection("processes")]
public class OldKernelTests
{
    [Fact]
    public async Task A_child_has_exactly_the_three_standard_descriptors() =>
        Assert.Equal(["0", "1", "2", "3"], (await StressPrograms.Run("--run", "--old-kernel", "--", "ls", "/proc/self/fd")).Where(line => line.Length == 1));

    [Fact]
    public async Task What_is_left_of_the_group_is_ended()
    {
        var told = await StressPrograms.Run("--run", "--old-kernel", "--", "sh", "-c", "sleep 1000 & exit 3");

        Assert.Contains("exited: 3, leftovers True", told);
        Assert.Contains("killed what is left: True", told);
        Assert.Contains("nobody is left", told);
    }

    [Fact]
    public async Task Nothing_is_found_where_nothing_is() =>
        Assert.Contains("exited: 0, leftovers False", await StressPrograms.Run("--run", "--old-kernel", "--", "true"));
}
