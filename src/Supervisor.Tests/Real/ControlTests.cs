using System.Net.Sockets;
using Xunit;

namespace Supervisor.Tests.Real;

public class ControlTests
{
    [Fact]
    public async Task Status_ends_with_3_when_a_job_that_shall_be_up_is_not()
    {
        await using var daemon = await Daemon.Start("""
            web: {command: [CHILD, sleep]}
            tool: {command: [CHILD, sleep], start: manual}
            gone: {command: [CHILD, exit, '1'], restart: never}
            """);
        await daemon.WaitFor("ready", "web");
        await daemon.WaitFor("stopped", "gone");

        Assert.Equal(0, (await daemon.Supervisor("status", "web", "tool")).Code);
        Assert.Equal(3, (await daemon.Supervisor("status", "gone")).Code);
        Assert.Equal(3, (await daemon.Supervisor("status")).Code);

        await daemon.Does("stop", "web");

        Assert.Equal(0, (await daemon.Supervisor("status", "web")).Code);
    }

    [Fact]
    public async Task An_unknown_job_ends_with_4_and_is_named()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");

        var answer = await daemon.Supervisor("start", "wbe");

        Assert.Equal(4, answer.Code);
        Assert.Contains("wbe", answer.Error);
    }

    [Fact]
    public async Task Without_a_daemon_commands_end_with_6()
    {
        var answer = await ProgramRun.ToEnd(Built.Supervisor, ["status", "--socket", "/nonexistent/control.sock"]);

        Assert.Equal(6, answer.Code);
        Assert.Contains("/nonexistent/control.sock", answer.Error);
    }

    [Fact]
    public async Task Clients_that_connect_and_say_nothing_hold_up_nobody_not_even_the_end()
    {
        await using var daemon = await Daemon.Start("web: {command: [CHILD, sleep]}");
        var silent = Enumerable.Range(0, 100).Select(_ => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)).ToList();
        silent.ForEach(socket => socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(daemon.Folder, "control.sock"))));

        await daemon.WaitFor("ready", "web");
        Assert.Equal(0, (await daemon.Stop()).Code);

        silent.ForEach(socket => socket.Dispose());
    }
}
