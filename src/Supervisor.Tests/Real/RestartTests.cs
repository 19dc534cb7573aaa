using Xunit;

namespace Supervisor.Tests.Real;

public class RestartTests
{
    [Fact]
    public async Task A_killed_process_comes_back_with_another_pid()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep], restart: {delay: 10ms}}");
        await daemon.WaitFor("ready", "web");
        var pid = await daemon.PidOf("web");

        Kernel.Signal(pid, Kernel.SigKill);
        await Kernel.Ended(pid);
        await daemon.WaitFor("ready", "web");

        var web = await daemon.Status("web");
        Assert.NotEqual(pid, web.GetProperty("pid").GetInt32());
        Assert.Equal(1, web.GetProperty("restarts").GetInt32());
        Assert.Equal("SIGKILL", web.GetProperty("last_exit").GetProperty("signal").GetString());
    }

    [Fact]
    public async Task A_clean_exit_of_a_service_is_not_restarted_by_default()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, exit, '0']}");

        await daemon.WaitFor("stopped", "web");

        Assert.Equal("completed", (await daemon.Status("web")).GetProperty("state").GetString());
        Assert.Equal(0, (await daemon.Status("web")).GetProperty("restarts").GetInt32());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    public async Task Who_waits_for_the_exit_of_a_job_that_has_ended_already_is_answered_at_once(string code)
    {
        await using var daemon = await Daemon.Start($"once: {{kind: oneshot, command: [CHILD, exit, '{code}'], restart: never}}");
        await daemon.WaitFor("stopped", "once");

        await daemon.WaitFor("exited", "once");
    }

    [Fact]
    public async Task A_limit_gives_the_job_up_and_says_why()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, exit, '3'], restart: {delay: 1ms, limit: 2, within: 1m}}");

        await daemon.StatusLine(line => line.Contains("failed (web"));

        var web = await daemon.Status("web");
        Assert.Equal(2, web.GetProperty("restarts").GetInt32());
        Assert.Equal(3, web.GetProperty("attempt").GetInt32());
        Assert.Contains("3", await daemon.Does("why", "web"));
    }

    [Fact]
    public async Task A_job_in_back_off_says_when_the_next_attempt_starts()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, exit, '1'], restart: {delay: 1h, max_delay: 1h}}");

        await daemon.StatusLine(line => line.Contains("in back-off (web"));

        var next = (await daemon.Status("web")).GetProperty("next");
        Assert.Contains("attempt 2", next.GetProperty("action").GetString());
        Assert.True(next.GetProperty("at").GetDateTimeOffset() > DateTimeOffset.UtcNow);
    }
}
