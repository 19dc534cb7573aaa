using Xunit;

namespace Supervisor.Tests.Real;

public class BadInputTests
{
    [Fact]
    public async Task A_bad_configuration_ends_run_with_78_and_tells_every_problem_with_its_place()
    {
        var end = await Daemon.RunToEnd("""
            web: {comand: [sleep, '1']}
            api: {command: [sleep, '1'], depends_on: [wbe]}
            """);

        Assert.Equal(78, end.Code);
        Assert.Matches(@"supervisor\.yaml:\d+:\d+: .*'comand'.*'command'", end.Error);
        Assert.Matches(@"supervisor\.yaml:\d+:\d+: .*'wbe'", end.Error);
        Assert.DoesNotContain("   at ", end.Error);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_without_a_stack_trace()
    {
        var end = await ProgramRun.ToEnd(Built.Supervisor, ["run", "-c", "/nonexistent/supervisor.yaml"]);

        Assert.Equal(78, end.Code);
        Assert.Contains("/nonexistent/supervisor.yaml", end.Error);
        Assert.DoesNotContain("   at ", end.Error);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_told_with_its_key()
    {
        var end = await Daemon.RunToEnd("""
            supervisor: {directory: /proc/nothing/here}
            jobs:
              web: {command: [CHILD, sleep]}
            """);

        Assert.Equal(1, end.Code);
        Assert.Contains("'supervisor.directory'", end.Error);
        Assert.DoesNotContain("   at ", end.Error);
    }

    [Fact]
    public async Task A_second_supervisor_of_the_same_directory_is_told_whom_to_talk_to()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");

        var second = await ProgramRun.ToEnd(Built.Supervisor, ["run", "-c", daemon.ConfigurationFile]);

        Assert.Equal(1, second.Code);
        Assert.Contains($"another supervisor (pid {daemon.Pid}) already uses {daemon.Folder}", second.Error);
        await daemon.WaitFor("ready", "web");
    }
}
