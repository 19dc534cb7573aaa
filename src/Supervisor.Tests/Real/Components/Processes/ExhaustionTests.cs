using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>Starts when the supervisor itself has come to a limit.</summary>
[Collection("processes")]
public class ExhaustionTests
{
    [Fact]
    public async Task No_descriptor_is_left() =>
        Assert.Contains("failed: changing directory: Too many open files (/)", await StressPrograms.Run("--run", "--exhaust", "descriptors", "--", "true"));

    [Fact]
    public async Task The_user_may_have_no_more_processes()
    {
        Assert.SkipUnless(StressPrograms.IsRoot, "root makes an unprivileged supervisor here");

        var spec = new ProcessSpec { Command = [StressPrograms.Debug, "--run", "--exhaust", "processes", "--", "true"], User = "nobody" };
        Assert.Contains("failed: creating the process: Resource temporarily unavailable", await StressPrograms.Run(spec));
    }
}
