using System.Net;
using System.Net.Sockets;
using Supervisor.Control;
using Supervisor.Specs;
using Supervisor.Tests.Real;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>The control socket that a service manager listens on.</summary>
public sealed class PassedSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("passed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path => System.IO.Path.Combine(_folder, "control.sock");

    [Fact]
    public void It_is_taken_over_where_it_is_and_its_file_outlives_us()
    {
        using var socket = Unix(SocketType.Stream);
        socket.Listen();

        using (var passed = ControlSocket.Passed(Spec(), (int)socket.Handle))
        {
            Assert.Equal((Path, (int)socket.Handle), (passed.Path, passed.Descriptor));
        }

        Assert.True(File.Exists(Path));
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Path));
    }

    [Fact]
    public void A_configured_group_is_let_in()
    {
        using var socket = Unix(SocketType.Stream);
        socket.Listen();
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var own = File.ReadLines("/etc/group").Select(line => line.Split(':')).First(fields => fields[2] == Kernel.StatusLine(Environment.ProcessId, "Gid")!.Split('\t')[0]);

        using var passed = ControlSocket.Passed(Spec() with { ControlGroup = own[0] }, (int)socket.Handle);

        Assert.Equal(uint.Parse(own[2]), passed.Group);
        Assert.Equal((UnixFileMode)0b110_110_000, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void What_does_not_listen_is_refused_in_words()
    {
        using var socket = Unix(SocketType.Stream);

        AssertRefused(socket, "Unix Stream");
    }

    [Fact]
    public void So_is_a_datagram_socket()
    {
        using var socket = Unix(SocketType.Dgram);

        AssertRefused(socket, "no listening Unix stream socket");
    }

    [Fact]
    public void So_is_one_of_another_family()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();

        AssertRefused(socket, "InterNetwork Stream at 127.0.0.1");
    }

    [Fact]
    public void So_is_a_file()
    {
        using var file = File.OpenHandle("/dev/null");

        var refused = Assert.Throws<ControlSocketException>(() => ControlSocket.Passed(Spec(), (int)file.DangerousGetHandle()));
        Assert.Contains("handed over as the control socket", refused.Message);
    }

    private void AssertRefused(Socket socket, string words)
    {
        var refused = Assert.Throws<ControlSocketException>(() => ControlSocket.Passed(Spec(), (int)socket.Handle));
        Assert.Contains($"descriptor {socket.Handle} was handed over as the control socket", refused.Message);
        Assert.Contains(words, refused.Message);
    }

    private Socket Unix(SocketType type)
    {
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path));
        return socket;
    }

    private DaemonSpec Spec() => new() { RuntimeDirectory = _folder, StateDirectory = _folder, LogDirectory = _folder, ControlSocket = Path };
}
