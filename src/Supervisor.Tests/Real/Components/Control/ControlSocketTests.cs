using Supervisor.Control;

namespace Supervisor.Tests.Real.Components.Control;

public sealed class ControlSocketTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("socket-").FullName;

    private string Socket => Path.Combine(_directory, "sub", "control.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task It_is_for_its_owner_alone_from_the_start()
    {
        await using var control = await RunningControl.StartAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(control.SocketPath));
    }

    [Fact]
    public async Task A_configured_group_may_connect()
    {
        await using var control = await RunningControl.StartAsync(spec => spec with { ControlGroup = $"{Tmds.Linux.LibC.getegid()}" });

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(control.SocketPath));
    }

    [Fact]
    public void What_a_dead_supervisor_left_is_replaced()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Socket)!);
        using (var dead = ControlSocket.Listen(ScriptedSupervisor.Daemon(Socket)))
        {
            _ = Tmds.Linux.LibC.close(dead.Descriptor);
            using var next = ControlSocket.Listen(ScriptedSupervisor.Daemon(Socket));
            _ = Tmds.Linux.LibC.close(next.Descriptor);
        }

        Assert.False(File.Exists(Socket));
    }

    [Fact]
    public async Task A_socket_that_somebody_answers_at_is_left_alone()
    {
        await using var control = await RunningControl.StartAsync();

        var refused = Assert.Throws<ControlSocketException>(() => ControlSocket.Listen(ScriptedSupervisor.Daemon(control.SocketPath)));

        Assert.Contains("a supervisor answers there already", refused.Message, StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await control.GetAsync("/v1/version")).Status);
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Socket)!);
        File.WriteAllText(Socket, "");

        var refused = Assert.Throws<ControlSocketException>(() => ControlSocket.Listen(ScriptedSupervisor.Daemon(Socket)));

        Assert.Contains("not a socket", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Socket));
    }

    [Fact]
    public void A_path_that_is_too_long_and_an_unknown_group_are_told()
    {
        var tooLong = Assert.Throws<ControlSocketException>(() => ControlSocket.Listen(ScriptedSupervisor.Daemon("/" + new string('x', 120))));
        Assert.Contains("121 bytes", tooLong.Message, StringComparison.Ordinal);

        var group = ScriptedSupervisor.Daemon(Socket) with { ControlGroup = "no-such-group" };
        Assert.Contains("no group 'no-such-group'", Assert.Throws<ControlSocketException>(() => ControlSocket.Listen(group)).Message, StringComparison.Ordinal);
    }
}
