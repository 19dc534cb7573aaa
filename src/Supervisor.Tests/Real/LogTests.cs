using Xunit;

namespace Supervisor.Tests.Real;

public class LogTests
{
    [Fact]
    public async Task Every_line_before_an_exit_is_there_when_the_exit_is_known()
    {
        await using var daemon = await Daemon.Start("job: {kind: oneshot, command: [CHILD, numbered, '20000']}");
        await daemon.WaitFor("stopped", "job");

        var lines = (await daemon.Does("logs", "-n", "20000", "job")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(20000, lines.Length);
        Assert.EndsWith("line 20000", lines[^1]);
    }

    [Fact]
    public async Task A_last_line_without_a_newline_is_kept()
    {
        await using var daemon = await Daemon.Start("job: {kind: oneshot, command: [CHILD, say-without-newline, unfinished]}");
        await daemon.WaitFor("stopped", "job");

        Assert.Contains("unfinished", await daemon.Does("logs", "job"));
    }

    [Fact]
    public async Task Output_goes_on_over_a_restart_and_run_shows_the_current_one_only()
    {
        await using var daemon = await Daemon.Start("job: {command: [CHILD, say, '${SAID:-hello}', then, print-pid, then, sleep], restart: always}");
        await daemon.WaitFor("ready", "job");
        var first = await daemon.PidOf("job");
        await daemon.Does("restart", "job");
        var second = await daemon.PidOf("job");
        await daemon.Does("stop", "job");

        var all = await daemon.Does("logs", "job");
        var run = await daemon.Does("logs", "--run", "job");

        Assert.Contains($"pid {first}", all);
        Assert.Contains($"pid {second}", all);
        Assert.DoesNotContain($"pid {first}\n", run);
        Assert.Contains($"pid {second}", run);
    }

    [Fact]
    public async Task Stderr_goes_where_an_inherited_stdout_goes()
    {
        await using var daemon = await Daemon.Start("job: {kind: oneshot, command: [CHILD, say-error, whereto], log: {stdout: inherit}}");
        await daemon.WaitFor("stopped", "job");

        var end = await daemon.Stop();

        Assert.Contains("whereto\n", end.Out);
        Assert.DoesNotContain("whereto\n", end.Error);
    }

    [Fact]
    public async Task A_file_size_limit_ends_neither_the_supervisor_nor_a_line()
    {
        await using var daemon = await Daemon.Start(
            "job: {kind: oneshot, command: [CHILD, numbered, '20000'], start: manual, log: {max_size: 1MiB}}");
        // Only the soft limit: it is raised again below.
        await FileSizeLimit(daemon, "--fsize=65536:unlimited");
        await daemon.Does("start", "job", "--no-wait");
        await daemon.LogSays("File too large; the job waits");
        await FileSizeLimit(daemon, "--fsize=unlimited:unlimited");
        await daemon.LogSays("is written again; nothing lost");
        await daemon.WaitFor("stopped", "job");
        var lines = (await daemon.Does("logs", "-n", "20000", "job")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(20000, lines.Length);
    }

    [Fact]
    public async Task On_the_console_each_line_has_its_job()
    {
        await using var daemon = await Daemon.Start("job: {kind: oneshot, command: [CHILD, say, hello], log: {stdout: console}}");
        await daemon.WaitFor("stopped", "job");

        var end = await daemon.Stop();

        Assert.Matches(@"job\b.*hello", end.Out + end.Error);
    }

    private static async Task FileSizeLimit(Daemon daemon, string limit)
    {
        var result = await ProgramRun.ToEnd("prlimit", ["--pid", $"{daemon.Pid}", limit]);
        Assert.True(result.Code == 0, $"{result}");
    }
}
