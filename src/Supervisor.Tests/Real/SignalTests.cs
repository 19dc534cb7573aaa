using Xunit;

namespace Supervisor.Tests.Real;

public class SignalTests
{
    private const int SigChld = 17;

    [Fact]
    public async Task The_daemon_has_no_handler_for_SIGCHLD()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");
        await daemon.WaitFor("ready", "web");

        Assert.False(Kernel.Catches(daemon.Pid, SigChld));
        Assert.True(Kernel.Catches(daemon.Pid, Kernel.SigTerm));
    }

    [Theory]
    [InlineData("on a terminal", "exec DAEMON run -c DIR/supervisor.yaml")]
    [InlineData("on a terminal as PID 1", "exec unshare --pid --fork --mount-proc --kill-child DAEMON run -c DIR/supervisor.yaml")]
    public async Task Nor_has_it_one(string where, string command)
    {
        Assert.NotEmpty(where);
        await using var daemon = await Daemon.Start(
            "web: {command: [CHILD, sleep], log: {stdout: 'null'}}", terminal: command);
        await daemon.WaitFor("ready", "web");
        var inside = Kernel.ProcessesOf(daemon.Folder).Where(process => process.Command.StartsWith(Built.Supervisor + " run", StringComparison.Ordinal)).ToList();

        Assert.False(Kernel.Catches(Assert.Single(inside).Pid, SigChld));

        Kernel.Signal(inside[0].Pid, Kernel.SigTerm);
        Assert.Equal(0, (await daemon.Ended()).Code);
    }

    [Fact]
    public async Task SIGHUP_puts_a_changed_configuration_in_force_and_leaves_the_rest_alone()
    {
        await using var daemon = await Daemon.Start("""
            keep: {command: [CHILD, sleep]}
            drop: {command: [CHILD, sleep]}
            """);
        await daemon.WaitFor("ready", "keep", "drop");
        var pid = await daemon.PidOf("keep");
        await daemon.Reconfigure("""
            keep: {command: [CHILD, sleep]}
            add: {command: [CHILD, sleep]}
            """);

        daemon.Signal(Kernel.SigHup);
        await daemon.LogSays("add: started");
        await daemon.Notified("READY=1", "RELOADING=1\nMONOTONIC_USEC=", "READY=1");

        await daemon.WaitFor("ready", "add");
        Assert.Equal(pid, await daemon.PidOf("keep"));
        Assert.Equal(4, (await daemon.Supervisor("status", "drop")).Code);
    }

    [Fact]
    public async Task SIGHUP_with_a_broken_file_changes_nothing_and_tells_every_problem()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");
        await daemon.WaitFor("ready", "web");
        await daemon.Reconfigure("web: {comand: [CHILD, sleep], directry: /}");

        daemon.Signal(Kernel.SigHup);
        await daemon.LogSays("nothing was changed");
        await daemon.Notified("READY=1", "RELOADING=1\nMONOTONIC_USEC=", "READY=1");

        Assert.Contains("comand", daemon.Log);
        Assert.Contains("directry", daemon.Log);
        Assert.Equal("ready", (await daemon.Status("web")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_forwarded_signal_goes_to_the_job_that_it_is_for()
    {
        await using var daemon = await Daemon.Start("""
            supervisor: {directory: DIR, forward_signals: {SIGUSR1: [web]}}
            jobs:
              web: {command: [CHILD, catch, then, sleep]}
            """);
        await daemon.WaitFor("ready", "web");
        using var logs = await daemon.Begin("logs", "-f", "web");
        Assert.Contains("catching", await logs.NextLine());

        daemon.Signal(Kernel.SigUsr1);

        Assert.Contains($"caught {Kernel.SigUsr1}", await logs.NextLine());
    }

    [Fact]
    public async Task The_signal_command_sends_one_to_the_main_process()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, catch, then, sleep]}");
        await daemon.WaitFor("ready", "web");
        using var logs = await daemon.Begin("logs", "-f", "web");
        Assert.Contains("catching", await logs.NextLine());

        await daemon.Does("signal", "SIGUSR1", "web");

        Assert.Contains($"caught {Kernel.SigUsr1}", await logs.NextLine());
    }
}
