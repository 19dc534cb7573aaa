using Xunit;

namespace Supervisor.Tests.Real;

public class ShutdownTests
{
    [Theory]
    [InlineData(Kernel.SigTerm)]
    [InlineData(Kernel.SigInt)]
    public async Task SIGTERM_and_SIGINT_stop_every_job_and_end_with_0(int signal)
    {
        await using var daemon = await Daemon.Start("""
            one: {command: [CHILD, sleep]}
            two: {command: [CHILD, grandchild, then, sleep]}
            """);
        await daemon.WaitFor("ready", "one", "two");

        daemon.Signal(signal);
        var end = await daemon.Ended();

        Assert.Equal(0, end.Code);
        Assert.Empty(Kernel.ProcessesOf(daemon.Folder));
        Assert.Contains("STOPPING=1", daemon.Notifications);
        Assert.Single(daemon.Notifications, message => message == "READY=1");
    }

    [Fact]
    public async Task The_service_manager_hears_of_a_stop_when_it_begins_and_is_asked_for_time()
    {
        await using var daemon = await Daemon.Start("slow: {command: [CHILD, ignore-term, then, sleep], stop: [{signal: SIGTERM, wait: 1h}]}");
        await daemon.WaitFor("ready", "slow");

        await daemon.Supervisor("shutdown", "--no-wait");

        await daemon.Notified("READY=1", "STOPPING=1", "EXTEND_TIMEOUT_USEC=");
        Assert.True(Kernel.IsAlive(await daemon.PidOf("slow")));
        await daemon.Supervisor("shutdown", "--immediate");
        Assert.Equal(0, (await daemon.Ended()).Code);
    }

    [Fact]
    public async Task A_second_signal_kills_at_once()
    {
        // Its second step begins when a further signal is a second one.
        await using var daemon = await Daemon.Start(
            "stubborn: {command: [CHILD, catch, then, sleep], stop: [{signal: SIGTERM, wait: 600ms}, {signal: SIGUSR1, wait: 1h}]}");
        await daemon.WaitFor("ready", "stubborn");
        using var logs = await daemon.Begin("logs", "-f", "stubborn");
        await logs.Says("catching");
        daemon.Signal(Kernel.SigTerm);
        await logs.Says($"caught {Kernel.SigUsr1}");

        daemon.Signal(Kernel.SigInt);

        var end = await daemon.Ended();
        Assert.Equal(0, end.Code);
        Assert.Contains("SIGINT again", end.Error);
    }

    [Fact]
    public async Task One_press_that_arrives_twice_is_not_a_second_signal()
    {
        // Slow enough to show what a kill would cut off, quick enough to wait for.
        await using var daemon = await Daemon.Start("slow: {command: [CHILD, ignore-term, then, sleep], stop: [{signal: SIGTERM, wait: 300ms}, {signal: SIGINT, wait: 1h}]}");
        await daemon.WaitFor("ready", "slow");

        daemon.Signal(Kernel.SigInt);
        daemon.Signal(Kernel.SigTerm);

        var end = await daemon.Ended();
        Assert.Equal(0, end.Code);
        Assert.DoesNotContain("again", end.Error);
        Assert.Contains("SIGINT", end.Error[end.Error.LastIndexOf("slow:", StringComparison.Ordinal)..]);
    }

    [Fact]
    public async Task The_whole_stop_has_one_limit()
    {
        await using var daemon = await Daemon.Start("""
            supervisor: {directory: DIR, stop_timeout: 300ms}
            jobs:
              stubborn: {command: [CHILD, ignore-term, then, sleep], stop: {timeout: 1h}}
            """);
        await daemon.WaitFor("ready", "stubborn");

        Assert.Equal(0, (await daemon.Stop()).Code);
    }

    [Theory]
    [InlineData("exit, '0'", 0)]
    [InlineData("exit, '42'", 42)]
    [InlineData("kill-self, '9'", 137)]
    public async Task The_end_of_an_essential_job_ends_the_supervisor_with_its_code(string way, int code)
    {
        var end = await Daemon.RunToEnd($$"""
            main: {command: [CHILD, {{way}}], restart: never, essential: true}
            side: {command: [CHILD, sleep]}
            """);

        Assert.Equal(code, end.Code);
        Assert.Contains("essential", end.Error);
    }

    [Fact]
    public async Task A_daemon_that_left_its_group_is_found_and_ended()
    {
        await using var daemon = await Daemon.Start("forker: {command: [CHILD, double-fork, then, sleep]}");
        await daemon.WaitFor("ready", "forker");

        Assert.Equal(0, (await daemon.Stop()).Code);
        Assert.Empty(Kernel.ProcessesOf(daemon.Folder));
    }

    [Fact]
    public async Task The_shutdown_command_ends_the_supervisor()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");

        await daemon.Does("shutdown");

        Assert.Equal(0, (await daemon.Ended()).Code);
    }
}
