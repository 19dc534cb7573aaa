using System.Text.Json;
using Xunit;

namespace Supervisor.Tests.Real;

/// <summary><c>resources:</c> on a kernel that has the controllers, in one virtual machine for all of these tests.</summary>
[Trait("binary", "NativeAOT")]
public sealed class ResourceTests(ResourceMachine machine) : IClassFixture<ResourceMachine>
{
    [Theory]
    [InlineData("hog"), InlineData("family")]
    public void A_job_beyond_its_memory_is_killed_as_a_whole_and_that_is_told(string name)
    {
        var exit = LastExit(name);

        Assert.Equal("oom-kill", exit.GetProperty("cause").GetString());
        Assert.Equal("was killed by the OOM killer, memory limit 48MiB", exit.GetProperty("text").GetString());
        Assert.True(exit.GetProperty("oom_kills").GetInt64() >= 1);
        Assert.InRange(exit.GetProperty("memory_peak_bytes").GetInt64(), 40 << 20, 52 << 20);
        Assert.Contains($"{name}: was killed by the OOM killer, memory limit 48MiB after ", machine.Part("log"));
    }

    [Fact]
    public void What_follows_learns_that_memory_was_short()
    {
        Available();

        Assert.Contains("result oom-kill KILL", machine.Part("logs hog"));
        Assert.Contains("was killed by the OOM killer, memory limit 48MiB", machine.Part("why"));
        Assert.Contains(", memory peak ", machine.Part("why"));
    }

    [Fact]
    public void The_peak_is_that_of_all_its_processes_together()
    {
        var exit = LastExit("peak");

        Assert.Equal("exited", exit.GetProperty("cause").GetString());
        Assert.Equal(0, exit.GetProperty("code").GetInt32());
        Assert.InRange(exit.GetProperty("memory_peak_bytes").GetInt64(), 30 << 20, 60 << 20);
    }

    [Fact]
    public void A_job_at_its_limit_of_tasks_cannot_fork()
    {
        var exit = LastExit("forks");

        Assert.Contains("Cannot fork", machine.Part("logs forks"));
        Assert.Equal(2, exit.GetProperty("code").GetInt32());
    }

    [Fact]
    public void A_job_at_its_limit_of_cpu_waits_and_the_time_is_told()
    {
        var exit = LastExit("busy");

        Assert.True(exit.GetProperty("throttled_seconds").GetDouble() > 0);
        // A fifth of the time, and half of that on top for a slow machine's rounding.
        Assert.InRange(exit.GetProperty("cgroup_cpu_seconds").GetDouble(), 0, (exit.GetProperty("duration_seconds").GetDouble() * 0.3) + 0.1);
    }

    [Fact]
    public void Every_limit_is_in_its_file()
    {
        Available();

        Assert.Equal(
            ["memory.max:104857600", "memory.high:83886080", "pids.max:50", "cpu.weight:200", "main/cpu.max:50000 100000", "main/memory.oom.group:1"],
            machine.Part("limits").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(JsonValueKind.Null, machine.Status("held").GetProperty("resource_warning").ValueKind);
    }

    [Fact]
    public void A_limit_that_cannot_be_set_is_a_failed_start_where_it_is_required_and_a_warning_elsewhere()
    {
        var exit = LastExit("strict");
        const string Reason = "io_weight: no such controller in /sys/fs/cgroup/daemon/cgroup.controllers (only cpu memory pids)";

        Assert.Equal("failed to start: setting up the cgroup: " + Reason, exit.GetProperty("text").GetString());
        Assert.Equal("ready", machine.Status("soft").GetProperty("state").GetString());
        Assert.Equal("resources do not hold: " + Reason, machine.Status("soft").GetProperty("resource_warning").GetString());
        Assert.Contains($"soft: resources do not hold: {Reason}; it runs without them", machine.Part("log"));
    }

    [Fact]
    public void Cgroups_are_there_while_something_runs_in_them_and_the_supervisor_has_one_of_its_own()
    {
        Available();

        Assert.Equal(
            [.. new[] { "busy", "held", "soft", "stubborn" }.Select(name => $"/sys/fs/cgroup/daemon/{name}.job"), "1"],
            machine.Part("tree").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("cannot access", machine.Part("end"));
    }

    [Fact]
    public void What_ignores_SIGTERM_and_left_its_session_is_killed_with_the_cgroup()
    {
        Assert.Equal("stop-timeout", LastExit("stubborn").GetProperty("cause").GetString());
        Assert.Equal(2, machine.Part("stop").Split('\n').Count(line => line.Contains("cannot access")));
    }

    private JsonElement LastExit(string name)
    {
        Available();
        return machine.Status(name).GetProperty("last_exit");
    }

    private static void Available() => Assert.SkipWhen(ResourceMachine.Refusal is not null, ResourceMachine.Refusal ?? "");
}
