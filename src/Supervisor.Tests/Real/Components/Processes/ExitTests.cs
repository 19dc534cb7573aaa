using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>How ends are told.</summary>
[Collection("processes")]
public class ExitTests
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    [InlineData("exit 255", 255)]
    public async Task An_exit_code_arrives(string script, int code) =>
        Assert.Equal(ExitStatus.Exited(code), (await TestProcesses.Run("sh", "-c", script)).Status);

    [Fact]
    public async Task A_crash_without_a_core_is_a_signal()
    {
        var (status, _, _) = await TestProcesses.Run(new ProcessSpec { Command = ["sh", "-c", "kill -SEGV $$"], Limits = [new(RlimitResource.Core, 0, 0)] });

        Assert.Equal(ExitStatus.Signaled(new Signal(11)), status);
    }

    [Fact]
    public async Task A_signal_ends_it_and_a_second_one_finds_nobody()
    {
        using var process = await TestProcesses.Start("sleep", "1000");

        Assert.True(process.Child.Signal(Signal.Term));
        var exit = await process.Exited.Soon();

        Assert.Equal(ExitStatus.Signaled(Signal.Term), exit.Status);
        Assert.False(exit.Leftovers);
        Assert.False(process.Child.Signal(Signal.Term));
        Assert.False(process.Child.SignalAll(Signal.Term));
    }

    [Fact]
    public async Task What_is_left_of_the_group_is_told_and_can_be_ended()
    {
        using var process = await TestProcesses.Start("sh", "-c", "sleep 1000 & exit 3");

        var exit = await process.Exited.Soon();
        Assert.Equal(ExitStatus.Exited(3), exit.Status);
        Assert.True(exit.Leftovers);
        Assert.True(process.Child.SignalAll(Signal.Kill));

        // The sleeper held the pipe: its end is the end of the output. Closing it comes a little before the end of the process itself.
        await process.Output.Soon();
        var until = DateTime.UtcNow.AddSeconds(20);
        while (process.Child.HasLeftovers())
        {
            Assert.True(DateTime.UtcNow < until, "the killed sleeper is still taken for a leftover");
        }
    }

    [Fact]
    public async Task An_orphan_in_a_session_of_its_own_is_attributed_by_its_environment()
    {
        using var process = await TestProcesses.Start("sh", "-c", "setsid sh -c 'echo up; exec sleep 1000' & while ! [ \"$(ps -o sid= -p $! | tr -d ' ')\" = $! ]; do :; done; exit 0");

        var exit = await process.Exited.Soon();
        Assert.True(exit.Leftovers);
        Assert.True(process.Child.SignalAll(Signal.Kill));
        await process.Output.Soon();
    }

    [Fact]
    public async Task An_orphan_that_overwrote_its_environment_is_attributed_by_the_output_of_its_job()
    {
        using var process = await TestProcesses.Start(
            "sh", "-c", "setsid env -i sh -c 'echo up; exec sleep 1000' & while ! [ \"$(ps -o sid= -p $! | tr -d ' ')\" = $! ]; do :; done; exit 0");

        var exit = await process.Exited.Soon();
        Assert.True(exit.Leftovers);
        Assert.True(process.Child.SignalAll(Signal.Kill));
        await process.Output.Soon();
        Assert.False(process.Child.HasLeftovers());
    }

    [Fact]
    public async Task A_thousand_children_at_once_all_end_with_their_own_status()
    {
        var runs = Enumerable.Range(0, 1000).Select(async i => (i, await TestProcesses.Run("sh", "-c", $"exit {i % 256}")));

        foreach (var (i, (status, _, _)) in await Task.WhenAll(runs))
            Assert.Equal(ExitStatus.Exited(i % 256), status);
    }
}
