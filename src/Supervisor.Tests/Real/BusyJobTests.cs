using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>Jobs that do what no job should, and many at once.</summary>
public class BusyJobTests
{
    [Fact]
    public async Task A_job_that_exits_at_once_for_ever_is_started_less_and_less_often()
    {
        await using var daemon = await Daemon.Start("brief: {command: [CHILD, exit, '1'], restart: {jitter: 0%}}");

        await daemon.LogSays("attempt 6 in 1.6 s");

        foreach (var next in (string[])["attempt 2 in 0.1 s", "attempt 3 in 0.2 s", "attempt 4 in 0.4 s", "attempt 5 in 0.8 s"])
        {
            Assert.Contains(next, daemon.Log);
        }
    }

    [Fact]
    public async Task A_thousand_jobs_come_up_and_stop_and_nothing_is_left()
    {
        await using var daemon = await Daemon.Start("""
            many: {command: [CHILD, sleep], instances: 1000, depends_on: [first]}
            first: {command: [CHILD, sleep]}
            """);
        await daemon.WaitFor("ready", "many");
        Assert.Equal(1001, Kernel.ChildrenOf(daemon.Pid).Count);

        var end = await daemon.Stop();

        Assert.Equal(0, end.Code);
        var stops = end.Error.Split('\n').Where(line => line.Contains(": stopped: ")).ToList();
        Assert.Equal(1001, stops.Count);
        Assert.Contains(" first: ", stops[^1]);
        Assert.DoesNotContain("SIGKILL", end.Error);
    }

    [Fact]
    public async Task A_job_that_closes_its_output_runs_on()
    {
        await using var daemon = await Daemon.Start("quiet: {command: [CHILD, say, bye, then, close-stdout, then, touch, DIR/closed, then, sleep]}");
        using var logs = await daemon.Begin("logs", "-f", "quiet");
        await logs.Says("bye");

        Assert.Equal("ready", (await daemon.Status("quiet")).GetProperty("state").GetString());
        await daemon.Does("stop", "quiet");
        Assert.Equal("SIGTERM", (await daemon.Status("quiet")).GetProperty("last_exit").GetProperty("signal").GetString());
    }

    [Theory]
    [InlineData("grandchild")]
    [InlineData("grandchild-ignoring-term")]
    [InlineData("double-fork")]
    [InlineData("setsid-child")]
    public async Task A_descendant_that_keeps_the_output_does_not_hold_up_the_end(string way)
    {
        await using var daemon = await Daemon.Start($"parent: {{kind: oneshot, start: manual, command: [CHILD, {way}, then, say, parent ends]}}");

        await daemon.Does("start", "parent");

        Assert.Equal("completed", (await daemon.Status("parent")).GetProperty("state").GetString());
        Assert.Contains("parent ends", await daemon.Does("logs", "parent"));
        // Dead ones are ours until they are reaped.
        Assert.DoesNotContain(Kernel.ChildrenOf(daemon.Pid), Kernel.IsAlive);
    }

    [Fact]
    public async Task A_flood_without_a_newline_drowns_nobody()
    {
        await using var daemon = await Daemon.Start("""
            flood: {command: [CHILD, flood-without-newline], log: {max_size: 1MiB, max_files: 2}}
            web: {command: [CHILD, sleep]}
            """);
        await daemon.WaitFor("ready", "flood", "web");

        await daemon.Does("restart", "web");
        await daemon.Does("stop", "flood");

        Assert.Equal("SIGTERM", (await daemon.Status("flood")).GetProperty("last_exit").GetProperty("signal").GetString());
        var files = new DirectoryInfo(Path.Combine(daemon.Folder, "log")).GetFiles("flood*");
        Assert.InRange(files.Length, 1, 2);
        Assert.All(files, file => Assert.InRange(file.Length, 1, 2 << 20));
    }

    [Fact]
    public async Task A_stopped_process_that_ignores_SIGTERM_is_killed_all_the_same()
    {
        await using var daemon = await Daemon.Start("frozen: {command: [CHILD, ignore-term, then, stop-self, then, sleep], stop: {timeout: 200ms}}");
        await daemon.WaitFor("ready", "frozen");

        await daemon.Does("stop", "frozen");

        Assert.Equal("SIGKILL", (await daemon.Status("frozen")).GetProperty("last_exit").GetProperty("signal").GetString());
    }
}
