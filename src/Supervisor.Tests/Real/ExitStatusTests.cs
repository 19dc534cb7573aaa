using Xunit;

namespace Supervisor.Tests.Real;

public class ExitStatusTests
{
    [Theory]
    [InlineData("exit, '0'", 0)]
    [InlineData("exit, '42'", 42)]
    [InlineData("exit, '-1'", 255)]
    public async Task An_exit_code_is_shown_as_it_is(string way, int code)
    {
        await using var daemon = await Daemon.Start($"job: {{command: [CHILD, {way}], restart: never}}");
        await daemon.WaitFor("stopped", "job");

        var end = (await daemon.Status("job")).GetProperty("last_exit");

        Assert.Equal("exited", end.GetProperty("cause").GetString());
        Assert.Equal(code, end.GetProperty("code").GetInt32());
        Assert.Equal(code == 0 ? "completed" : "failed", (await daemon.Status("job")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_crash_is_shown_by_the_name_of_its_signal()
    {
        await using var daemon = await Daemon.Start("job: {command: [CHILD, segv], restart: never, limits: {core: '0'}}");
        await daemon.WaitFor("stopped", "job");

        var end = (await daemon.Status("job")).GetProperty("last_exit");

        Assert.Equal("signal", end.GetProperty("cause").GetString());
        Assert.Equal("SIGSEGV", end.GetProperty("signal").GetString());
        Assert.False(end.GetProperty("core_dumped").GetBoolean());
    }

    [Fact]
    public async Task A_core_that_is_dumped_is_told()
    {
        Assert.SkipWhen((await File.ReadAllTextAsync("/proc/sys/kernel/core_pattern")).StartsWith('|'), "a program of this machine takes cores, wherever it likes");
        await using var daemon = await Daemon.Start("job: {command: [CHILD, segv], directory: DIR, restart: never, limits: {core: unlimited}}");
        await daemon.WaitFor("stopped", "job");

        var end = (await daemon.Status("job")).GetProperty("last_exit");

        Assert.Equal("core", end.GetProperty("cause").GetString());
        Assert.True(end.GetProperty("core_dumped").GetBoolean());
        Assert.Contains("ended by SIGSEGV (core dumped)", daemon.Log);
    }

    [Theory]
    [InlineData("directory: /nonexistent/place", "changing directory", "No such file or directory (/nonexistent/place)")]
    [InlineData("user: nobody-of-that-name-here", "", "nobody-of-that-name-here")]
    public async Task A_failed_step_of_a_start_is_told_by_name_and_is_not_an_exit(string key, string step, string why)
    {
        await using var daemon = await Daemon.Start($"job: {{command: [CHILD, sleep], {key}, restart: never}}");
        await daemon.WaitFor("stopped", "job");

        var end = (await daemon.Status("job")).GetProperty("last_exit");
        var story = await daemon.Does("why", "job");

        Assert.Equal("spawn-failed", end.GetProperty("cause").GetString());
        Assert.Contains(step, story);
        Assert.Contains(why, story);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told_with_its_path()
    {
        await using var daemon = await Daemon.Start("job: {command: [/nonexistent/program], restart: never}");
        await daemon.WaitFor("stopped", "job");

        Assert.Contains("No such file or directory", await daemon.Does("why", "job"));
        Assert.Contains("/nonexistent/program", await daemon.Does("why", "job"));
    }
}
