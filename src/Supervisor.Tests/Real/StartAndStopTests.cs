using Xunit;

namespace Supervisor.Tests.Real;

public class StartAndStopTests
{
    [Fact]
    public async Task A_job_starts_with_the_supervisor_and_is_ready()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");

        await daemon.WaitFor("ready", "web");

        var web = await daemon.Status("web");
        Assert.Equal("ready", web.GetProperty("state").GetString());
        Assert.Equal("up", web.GetProperty("goal").GetString());
        Assert.True(Kernel.IsAlive(web.GetProperty("pid").GetInt32()));
    }

    [Fact]
    public async Task Stop_ends_the_process_and_keeps_it_stopped_and_start_starts_it_again()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep], restart: always}");
        await daemon.WaitFor("ready", "web");
        var pid = await daemon.PidOf("web");

        await daemon.Does("stop", "web");

        Assert.False(Kernel.IsAlive(pid));
        Assert.Equal("stopped", (await daemon.Status("web")).GetProperty("state").GetString());

        await daemon.Does("start", "web");

        Assert.Equal("ready", (await daemon.Status("web")).GetProperty("state").GetString());
        Assert.NotEqual(pid, await daemon.PidOf("web"));
    }

    [Fact]
    public async Task A_job_that_ignores_SIGTERM_is_killed_at_its_limit()
    {
        await using var daemon = await Daemon.Start("stubborn: {command: [CHILD, ignore-term, then, sleep], stop: {timeout: 200ms}}");
        await daemon.WaitFor("ready", "stubborn");

        await daemon.Does("stop", "stubborn");

        var end = (await daemon.Status("stubborn")).GetProperty("last_exit");
        Assert.Equal("stop-timeout", end.GetProperty("cause").GetString());
        Assert.Equal("SIGKILL", end.GetProperty("signal").GetString());
    }

    [Fact]
    public async Task A_grandchild_that_ignores_SIGTERM_does_not_outlive_the_job()
    {
        await using var daemon = await Daemon.Start("parent: {command: [CHILD, grandchild-ignoring-term, then, sleep]}");
        await daemon.WaitFor("ready", "parent");

        await daemon.Does("stop", "parent");

        Assert.DoesNotContain(Kernel.ProcessesOf(daemon.Folder), process => process.Command.Contains("grandchild"));
    }

    [Fact]
    public async Task A_stopped_process_that_is_SIGSTOPped_is_continued_and_ends()
    {
        await using var daemon = await Daemon.Start("frozen: {command: [CHILD, exit-7-on-term, then, stop-self, then, sleep]}");
        await daemon.WaitFor("ready", "frozen");

        await daemon.Does("stop", "frozen");

        Assert.Equal(7, (await daemon.Status("frozen")).GetProperty("last_exit").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_reload_command_that_ends_leaves_alone_what_the_main_process_has_started()
    {
        await using var daemon = await Daemon.Start("forker: {command: [CHILD, double-fork, then, sleep], reload: {run: [CHILD, say, reloading]}}");
        using var logs = await daemon.Begin("logs", "-f", "forker");
        var left = int.Parse((await logs.Says("left "))["left ".Length..]);

        await daemon.Does("reload", "forker");

        Assert.True(Kernel.IsAlive(left));
        await daemon.Does("stop", "forker");
        Assert.False(Kernel.IsAlive(left));
    }

    [Fact]
    public async Task A_manual_job_waits_for_its_start()
    {
        await using var daemon = await Daemon.Start("tool: {command: [CHILD, sleep], start: manual}");
        Assert.Equal("stopped", (await daemon.Status("tool")).GetProperty("state").GetString());

        await daemon.Does("start", "tool");

        Assert.Equal("ready", (await daemon.Status("tool")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Every_instance_is_a_job_of_its_own()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, say, 'number ${instance}', then, sleep], instances: 3}");
        await daemon.WaitFor("ready", "web");

        await daemon.Does("stop", "web@1");

        Assert.Equal("ready", (await daemon.Status("web@0")).GetProperty("state").GetString());
        Assert.Equal("stopped", (await daemon.Status("web@1")).GetProperty("state").GetString());
        using var logs = await daemon.Begin("logs", "-f", "web@2");
        await logs.Says("number 2");
    }
}
