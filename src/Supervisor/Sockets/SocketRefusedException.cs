using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Sockets;

/// <summary>A socket cannot be opened; becomes the value <see cref="SpawnFailure"/> at the edge of Sockets/.</summary>
internal sealed class SocketRefusedException(SpawnFailure failure) : Exception(failure.ToString())
{
    public SpawnFailure Failure => failure;

    public static SocketRefusedException Of(int errno, SocketSpec socket, string? call) =>
        new(new SpawnFailure(ExecStep.OpenSockets, errno, Errno.Text(errno), call is null ? $"{socket}" : $"{socket}: {call}"));

    public static SocketRefusedException Because(SocketSpec socket, string explanation) =>
        new(new SpawnFailure(ExecStep.OpenSockets, 0, "", $"{socket}: {explanation}"));
}
