using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>The inbox is foreign code: whatever it waits for must be able to go on.</summary>
[Collection("processes")]
public class InboxTests
{
    [Fact]
    public async Task A_report_is_posted_while_others_let_go_of_their_processes()
    {
        var earlier = await TestProcesses.Start("true");
        await earlier.Exited.Soon();
        var letGo = false;

        var (process, _) = await TestProcesses.TryStart(
            new ProcessSpec { Command = ["true"] }, whenReported: () => letGo = Task.Run(earlier.Child.Dispose).Wait(TimeSpan.FromSeconds(20)));

        using (process)
            Assert.True(letGo, "the report holds a lock that Dispose needs");
    }

    [Fact]
    public async Task A_process_may_be_asked_and_signalled_from_its_own_report()
    {
        var earlier = await TestProcesses.Start("sleep", "1000");
        var signalled = false;

        var (process, _) = await TestProcesses.TryStart(
            new ProcessSpec { Command = ["true"] }, whenReported: () => signalled = Task.Run(() => earlier.Child.SignalAll(Signal.Kill)).Wait(TimeSpan.FromSeconds(20)));

        using (process)
            Assert.True(signalled);
        using (earlier)
            Assert.Equal(ExitStatus.Signaled(Signal.Kill), (await earlier.Exited.Soon()).Status);
    }
}
