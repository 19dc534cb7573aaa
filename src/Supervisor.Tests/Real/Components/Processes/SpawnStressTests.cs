using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>
/// The proof of docs/adr/0002 on every build: thousands of starts under allocation and collection, with failures and kills among them. A longer
/// one by hand: <c>SpawnStress 200000</c>.
/// </summary>
[Collection("processes")]
public class SpawnStressTests
{
    [Theory]
    [InlineData("debug")]
    [InlineData("release")]
    [InlineData("aot")]
    public async Task Two_thousand_starts_are_all_right(string build)
    {
        var program = StressPrograms.Find(build);
        Assert.SkipWhen(program is null, "scripts/test.sh makes this build");

        await Right(program!, "2000");
    }

    [Fact]
    public async Task So_they_are_as_on_an_old_kernel() => await Right(StressPrograms.Debug, "500", "--old-kernel");

    private static async Task Right(string program, params string[] arguments)
    {
        using var process = await TestProcesses.Start(new ProcessSpec { Command = [program, .. arguments] });
        var exit = await process.Exited.WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);

        Assert.True(exit.Status == ExitStatus.Exited(0), $"{await process.Output}{await process.Error}");
        Assert.Contains(" 0 wrong", await process.Output);
    }
}
