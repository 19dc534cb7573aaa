using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Jobs;

public class OomKillTests
{
    private static readonly JobSpec _spec = new() { Name = new("web"), Process = new() { Command = ["main"] } };

    private static ExitRecord Record(ExitStatus status, CgroupUsage? cgroup, Ending? ending = null) =>
        ExitRecords.Of(new() { Attempt = 1, Exit = new(status, default, false, cgroup), Ending = ending }, _spec, default)!;

    [Theory]
    [InlineData(512ul << 20, "was killed by the OOM killer, memory limit 512MiB")]
    [InlineData(1_500_000ul, "was killed by the OOM killer, memory limit 1500000B")]
    [InlineData(null, "was killed by the OOM killer, not by a limit of its own")]
    public void It_is_told_with_its_limit(ulong? limit, string words)
    {
        var exit = Record(ExitStatus.Signaled(Signal.Kill), new() { OomKills = 2, MemoryLimit = limit });

        Assert.Equal(ExitCause.OomKill, exit.Cause);
        Assert.False(exit.Success);
        Assert.Equal(words, InWords.HowItEnded(exit));
        Assert.Equal(["oom-kill", "killed", "KILL"], ServiceResult.Variables(exit).Select(variable => variable.Value));
    }

    [Fact]
    public void The_end_of_a_main_process_that_lost_another_is_its_own()
    {
        var kills = new CgroupUsage { OomKills = 1 };

        Assert.Equal(ExitCause.Exited, Record(ExitStatus.Exited(1), kills).Cause);
        Assert.Equal(1, Record(ExitStatus.Exited(1), kills).Cgroup!.OomKills);
        Assert.Equal(ExitCause.Signal, Record(ExitStatus.Signaled(Signal.Term), kills).Cause);
    }

    [Fact]
    public void SIGKILL_without_a_kill_for_memory_is_somebody_elses()
    {
        Assert.Equal(ExitCause.Signal, Record(ExitStatus.Signaled(Signal.Kill), new()).Cause);
        Assert.Equal(ExitCause.Signal, Record(ExitStatus.Signaled(Signal.Kill), null).Cause);
    }

    [Fact]
    public void What_we_have_killed_ourselves_stays_that()
    {
        var ours = new Ending(EndingKind.Requested, "stopped", KillKind.OutOfTime);

        Assert.Equal(ExitCause.StopTimeout, Record(ExitStatus.Signaled(Signal.Kill), new() { OomKills = 1 }, ours).Cause);
    }
}
