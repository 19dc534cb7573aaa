using Supervisor.Specs;
using Supervisor.Tests.Support;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>What becomes of the children of a supervisor that is killed. They come to us, its subreaper.</summary>
[Collection("processes")]
public class SupervisorsEndTests
{
    [Fact]
    public async Task With_a_parent_death_signal_they_get_it()
    {
        var sleeper = await SleeperOfAKilledSupervisor("--pdeathsig");

        await Kernel.Ended(sleeper);
        Assert.Equal(ExitStatus.Signaled(Signal.Term), await StatusOfOrphan(sleeper));
    }

    [Fact]
    public async Task Without_one_they_live_on_and_are_strays_to_whoever_gets_them()
    {
        var sleeper = await SleeperOfAKilledSupervisor();

        Assert.True(Kernel.IsAlive(sleeper));
        Kernel.Signal(sleeper, Kernel.SigKill);
        Assert.Equal(ExitStatus.Signaled(Signal.Kill), await StatusOfOrphan(sleeper));
    }

    private static async Task<int> SleeperOfAKilledSupervisor(params string[] options)
    {
        using var supervisor = await ProgramRun.Start(StressPrograms.Debug, ["--run", .. options, "--", "sleep", "1000"]);
        var started = await supervisor.NextLine();
        supervisor.Signal(Kernel.SigKill);
        await Kernel.Ended(supervisor.Pid);
        return int.Parse(started!["started ".Length..]);
    }

    private static async Task<ExitStatus> StatusOfOrphan(int pid) => (await TestProcesses.Orphan(pid).Soon()).Status;
}
