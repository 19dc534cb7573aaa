using System.Net.Sockets;
using System.Runtime.InteropServices;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>The control socket that somebody else listens on: a service manager's socket unit.</summary>
public sealed partial class ControlSocket
{
    private const int SocketLevel = 1;
    private const int AcceptsConnections = 30;

    /// <summary>
    /// Takes over a listening Unix socket. Its file stays what and where it is, also at our end; only a configured group is let in. Its path may be
    /// another one than the configuration's.
    /// </summary>
    /// <exception cref="ControlSocketException">The descriptor is something else; says what.</exception>
    public static ControlSocket Passed(DaemonSpec spec, int descriptor)
    {
        var path = PathOf(descriptor);
        uint? group = spec.ControlGroup is { } name ? Groups.Number(name) : null;
        if (group is { } number)
        {
            OpenToGroup(path, number, spec.ControlGroup!);
        }

        return new(path, descriptor, group, isOurs: false);
    }

    /// <summary>Goes on with the socket of the image before this one, whose file it had made or been given.</summary>
    /// <exception cref="ControlSocketException">The descriptor is something else; says what.</exception>
    public static ControlSocket TakenOver(DaemonSpec spec, int descriptor, bool isOurs) =>
        new(PathOf(descriptor), descriptor, spec.ControlGroup is { } name ? Groups.Number(name) : null, isOurs);

    /// <summary>Whether its file goes with it.</summary>
    public bool IsOurs => _isOurs;

    private static string PathOf(int descriptor)
    {
        try
        {
            using var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
            Span<byte> listens = stackalloc byte[sizeof(int)];
            socket.GetRawSocketOption(SocketLevel, AcceptsConnections, listens);
            return socket is { AddressFamily: AddressFamily.Unix, SocketType: SocketType.Stream, LocalEndPoint: UnixDomainSocketEndPoint end }
                && MemoryMarshal.Read<int>(listens) != 0 && end.ToString() is ['/', ..] path
                ? path
                : throw NotOne(descriptor, $"{socket.AddressFamily} {socket.SocketType} at {socket.LocalEndPoint}");
        }
        catch (SocketException failure)
        {
            throw NotOne(descriptor, failure.Message);
        }
    }

    private static ControlSocketException NotOne(int descriptor, string what) =>
        new($"descriptor {descriptor} was handed over as the control socket (LISTEN_FDNAMES), and is no listening Unix stream socket with a path: {what}");
}
