using Supervisor.Jobs.Ports;
using Supervisor.Processes;
using Supervisor.Processes.Cgroups;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Processes;

/// <summary>What is read of a cgroup's files, and when a child joins it. The files are the test's own: a kernel with all controllers is in ResourceTests.</summary>
public sealed class RunCgroupTests : IDisposable
{
    private readonly DirectoryInfo _job = Directory.CreateTempSubdirectory("supervisor-cgroup-");
    private readonly RunCgroup _run;

    public RunCgroupTests()
    {
        _job.CreateSubdirectory("main");
        _run = new(Path.Combine(_job.FullName, "main"), "/web.job/main", 512 << 20);
    }

    public void Dispose() => _job.Delete(recursive: true);

    [Fact]
    public void A_run_that_was_killed_at_its_own_limit_says_which()
    {
        File("main/cpu.stat", "usage_usec 2500000\nuser_usec 2000000\nnr_throttled 7\nthrottled_usec 1000000\n");
        File("main/memory.peak", "536870912\n");
        File("main/memory.events", "oom 0\noom_kill 2\n");
        File("memory.events", "oom 1\noom_kill 2\n");

        var usage = _run.Usage();

        Assert.Equal(
            new CgroupUsage { Cpu = TimeSpan.FromSeconds(2.5), Throttled = TimeSpan.FromSeconds(1), MemoryPeak = 512 << 20, OomKills = 2, MemoryLimit = 512 << 20 },
            usage);
    }

    [Fact]
    public void Without_a_hit_of_its_own_limit_memory_was_short_further_up()
    {
        File("main/cpu.stat", "usage_usec 0\n");
        File("main/memory.events", "oom_kill 1\n");
        File("memory.events", "oom 0\noom_kill 1\n");

        Assert.Equal((1L, null), (_run.Usage()!.OomKills, _run.Usage()!.MemoryLimit));
    }

    [Fact]
    public void Without_controllers_there_is_the_cpu_time_and_without_a_cgroup_nothing()
    {
        File("main/cpu.stat", "usage_usec 10\n");
        Assert.Equal(new CgroupUsage { Cpu = TimeSpan.FromMicroseconds(10) }, _run.Usage());

        _job.GetDirectories().Single().Delete(recursive: true);
        Assert.Null(_run.Usage());
        Assert.False(_run.HasMembers());
        Assert.False(_run.IsFrozen);
        Assert.False(_run.Kill());
    }

    [Fact]
    public void Who_counts_for_a_moment_after_his_end_is_not_there()
    {
        File("main/cgroup.events", "populated 1\nfrozen 0\n");
        File("main/cgroup.procs", "");
        Assert.False(_run.HasMembers());

        Directory.CreateDirectory(Path.Combine(_job.FullName, "main/inner"));
        File("main/inner/cgroup.procs", "4711\n");
        Assert.True(_run.HasMembers());
        Assert.Equal([4711], _run.Members());
    }

    // Its own number, in the files of a cgroup that it is not in: what /proc says decides.
    [Fact]
    public void Nobody_is_signalled_who_has_left_meanwhile()
    {
        File("main/cgroup.procs", $"{Environment.ProcessId}\n");

        Assert.False(_run.SignalEach(Signal.Cont, outsideOf: null));
    }

    [Fact]
    public void A_child_joins_when_all_else_is_done_that_needs_our_rights()
    {
        File("main/cgroup.procs", "");
        var spec = new ProcessSpec { Command = ["true"], User = StressPrograms.IsRoot ? "nobody" : null, Umask = 0 };
        using var start = Preparation.Of(spec, StdioTargets.None, [], [], _run);
        using var arena = new Arena();
        var plan = new SpawnPlan();

        plan.Make(start, arena, new SpawnOptions(), window: null);

        var steps = plan.Calls.ToArray().Select(call => (ExecStep)call.Step).ToList();
        Assert.Equal(ExecStep.ChangeDirectory, steps[steps.IndexOf(ExecStep.JoinCgroup) - 1]);
        Assert.True(steps.IndexOf(ExecStep.JoinCgroup) > steps.IndexOf(ExecStep.Umask));
        Assert.True(!StressPrograms.IsRoot || steps[steps.IndexOf(ExecStep.JoinCgroup) + 1] == ExecStep.SupplementaryGroups);
    }

    private void File(string name, string text) => System.IO.File.WriteAllText(Path.Combine(_job.FullName, name), text);
}
