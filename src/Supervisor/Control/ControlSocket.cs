using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Supervisor.Linux;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Control;

/// <summary>
/// The Unix socket that people and programs connect to, bound and listened on by us: Kestrel only gets the descriptor. Its file has mode 0600
/// from its first moment on, and 0660 with the configured group.
/// </summary>
public sealed partial class ControlSocket : IDisposable
{
    // sun_path has 108 bytes, the last one for the NUL: unix(7).
    private const int LongestPath = 107;
    private const int Backlog = 256;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly bool _isOurs;

    private ControlSocket(string path, int descriptor, uint? group, bool isOurs) => (Path, Descriptor, Group, _isOurs) = (path, descriptor, group, isOurs);

    /// <summary>Path of its file.</summary>
    public string Path { get; }

    /// <summary>The listening descriptor (CLOEXEC).</summary>
    public int Descriptor { get; }

    /// <summary>A copy of the descriptor (CLOEXEC) for a server, which closes it.</summary>
    /// <exception cref="ErrnoException">No descriptors left.</exception>
    public int Share()
    {
        var copy = fcntl_h.fcntl(Descriptor, fcntl_h.F_DUPFD_CLOEXEC, 0);
        return copy >= 0 ? copy : throw new ErrnoException("fcntl", Marshal.GetLastPInvokeError(), "F_DUPFD_CLOEXEC");
    }

    /// <summary>Number of the group that may connect; null: only root and the owner.</summary>
    public uint? Group { get; }

    /// <summary>Makes and listens on the socket. A file that a dead supervisor left behind is removed; one that somebody answers at is not.</summary>
    /// <exception cref="ControlSocketException">It cannot be made; says why.</exception>
    public static ControlSocket Listen(DaemonSpec spec)
    {
        var path = spec.ControlSocket;
        if (Encoding.UTF8.GetByteCount(path) is var length && length > LongestPath)
        {
            throw new ControlSocketException(
                $"cannot listen on {path}: the path has {length} bytes and a socket's path may have {LongestPath}; set a shorter supervisor.control.socket");
        }

        uint? group = spec.ControlGroup is { } name ? Groups.Number(name) : null;
        MakeDirectory(System.IO.Path.GetDirectoryName(path)!);
        RemoveStale(path);
        return new(path, Bind(path, group, spec.ControlGroup), group, isOurs: true);
    }

    /// <summary>
    /// Removes the file, if we have made it. To be called while the instance lock is still held: the file may be another's afterwards.
    /// </summary>
    public void Dispose()
    {
        if (_isOurs)
        {
            File.Delete(Path);
        }
    }

    private static void MakeDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ControlSocketException($"cannot make the directory {directory} for the control socket: {FailureText.Of(failure, directory)}; set another supervisor.control.socket");
        }
    }

    private static void RemoveStale(string path)
    {
        if (!System.IO.Path.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionRefused && IsSocket(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException busy) when (busy.SocketErrorCode is SocketError.WouldBlock)
        {
            // Its queue is full: somebody listens.
        }
        catch (SocketException failure)
        {
            throw new ControlSocketException(IsSocket(path)
                ? $"cannot look whether {path} is in use: {failure.Message}"
                : $"cannot listen on {path}: there is a file of that name that is not a socket; remove it or set another supervisor.control.socket");
        }

        throw new ControlSocketException(
            $"cannot listen on {path}: a supervisor answers there already (`supervisor -s {path} status` shows it); stop it or set another supervisor.control.socket");
    }

    private static unsafe bool IsSocket(string path)
    {
        statx status;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        {
            return LibC.statx(LibC.AT_FDCWD, bytes, LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_TYPE, &status) == 0
                && (status.stx_mode & LibC.S_IFMT) == LibC.S_IFSOCK;
        }
    }

    private static unsafe int Bind(string path, uint? group, string? groupName)
    {
        var descriptor = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
        {
            throw Failure(path, "socket");
        }

        try
        {
            // The mode of the inode is the mode of the file to come: no moment at which others could connect, and no umask to change.
            Check(LibC.fchmod(descriptor, (ushort)OwnerOnly), path, "fchmod");
            var address = new sockaddr_un { sun_family = LibC.AF_UNIX };
            Encoding.UTF8.GetBytes(path, new Span<byte>(address.sun_path, LongestPath));
            Check(LibC.bind(descriptor, (sockaddr*)&address, sizeof(sockaddr_un)), path, "bind");
            if (group is { } number)
            {
                OpenNewToGroup(path, number, groupName!);
            }

            Check(LibC.listen(descriptor, Backlog), path, "listen");
            return descriptor;
        }
        catch
        {
            _ = LibC.close(descriptor);
            throw;
        }
    }

    private static void OpenNewToGroup(string path, uint group, string name)
    {
        try
        {
            OpenToGroup(path, group, name);
        }
        catch (ControlSocketException)
        {
            File.Delete(path);
            throw;
        }
    }

    private static unsafe void OpenToGroup(string path, uint group, string name)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        {
            if (LibC.lchown(bytes, uint.MaxValue, group) != 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                throw new ControlSocketException(
                    $"cannot give {path} to group {name}: {Errno.Text(errno)}; supervisor.control.group must be a group of the supervisor's own user");
            }
        }

        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    private static void Check(int result, string path, string call)
    {
        if (result != 0)
        {
            throw Failure(path, call);
        }
    }

    private static ControlSocketException Failure(string path, string call) =>
        new($"cannot listen on {path}: {call}: {Errno.Text(Marshal.GetLastPInvokeError())}");
}
