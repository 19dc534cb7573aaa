using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Readiness;

/// <summary>
/// A socket for each instance that speaks sd_notify: <c>DIRECTORY/notify/web@0</c>, or a name in the abstract namespace for a job in a chroot (or where
/// the path would be too long). One each, not one for all: what a job floods is its own queue (docs/adr/0020).
/// </summary>
public sealed class Notifications(IEngineInbox inbox, string directory, IDescriptorHolder holder) : INotifications, INotificationReader, IDisposable
{
    private const uint ForEverybody = 0b110_110_110;
    private const uint Searchable = 0b111_101_101;

    private readonly ConcurrentDictionary<InstanceName, NotifySocket> _sockets = new();
    private readonly string _directory = Path.Combine(directory, "notify");

    /// <inheritdoc/>
    public NotificationCounters Counters(InstanceName name) => _sockets.TryGetValue(name, out var socket) ? socket.Counters : NotificationCounters.Zero;

    /// <inheritdoc/>
    public INotifySocket Open(InstanceName name, bool inChroot, int store)
    {
        var path = Path.Combine(_directory, name.ToString());
        var isPath = !inChroot && Encoding.UTF8.GetByteCount(path) < sys_socket_h.SunPathSize;
        var address = isPath ? path : $"@supervisor/{Environment.ProcessId}/{name}/{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        var heldAs = $"notify/{name}";
        var descriptor = -1;
        // What a job has sent meanwhile is still in it.
        if (holder.Take(heldAs) is { } left && AddressOf(left) is { } old)
        {
            (descriptor, address, isPath) = (left, old, old[0] == '/');
        }

        descriptor = descriptor >= 0 ? descriptor : Bound(address);
        holder.Hold(heldAs, descriptor);
        var socket = new NotifySocket(descriptor, address, inbox, new(name, store, holder), store > 0, () => Forget(name, heldAs, isPath ? path : null));
        _sockets[name] = socket;
        return socket;
    }

    /// <inheritdoc/>
    public IReadyDescriptor Watch(long spawnId) => ReadyDescriptor.Open(inbox, spawnId, holder);

    /// <summary>Closes every socket and takes the files away.</summary>
    public void Dispose()
    {
        foreach (var socket in _sockets.Values)
        {
            socket.Close();
        }
    }

    // Its own name: a path, or '@' and a name of the abstract namespace. Null: it has none (it is not one of ours).
    private static unsafe string? AddressOf(int descriptor)
    {
        var name = new sys_socket_h.sockaddr_un();
        var length = (uint)sizeof(sys_socket_h.sockaddr_un);
        if (sys_socket_h.getsockname(descriptor, (byte*)&name, &length) != 0 || length <= sizeof(ushort))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(name.sun_path, (int)length - sizeof(ushort));
        return text[0] == '\0' ? '@' + text[1..] : text.TrimEnd('\0');
    }

    private void Forget(InstanceName name, string heldAs, string? path)
    {
        holder.Release(heldAs);
        _sockets.TryRemove(name, out _);
        if (path is not null)
        {
            File.Delete(path);
        }
    }

    private int Bound(string address)
    {
        var descriptor = sys_socket_h.socket(sys_socket_h.AF_UNIX, sys_socket_h.SOCK_DGRAM | sys_socket_h.SOCK_CLOEXEC | sys_socket_h.SOCK_NONBLOCK, 0);
        if (descriptor < 0)
        {
            throw new ErrnoException("socket", Marshal.GetLastPInvokeError(), address);
        }

        DescriptorReserve.Keep(descriptor, 1, "socket");
        try
        {
            SetUp(descriptor, address);
            return descriptor;
        }
        catch
        {
            _ = unistd_h.close(descriptor);
            throw;
        }
    }

    private unsafe void SetUp(int descriptor, string address)
    {
        var one = 1;
        Check("setsockopt", sys_socket_h.setsockopt(descriptor, sys_socket_h.SOL_SOCKET, sys_socket_h.SO_PASSCRED, &one, sizeof(int)), address);
        // Linux 6.5; without it a sender is known by his number alone.
        _ = sys_socket_h.setsockopt(descriptor, sys_socket_h.SOL_SOCKET, sys_socket_h.SO_PASSPIDFD, &one, sizeof(int));
        var isPath = address[0] == '/';
        if (isPath)
        {
            // Left over from a supervisor that was killed: the lock on the runtime directory says that nobody else uses it.
            Check("mkdir", sys_stat_h.mkdir(_directory, Searchable) == 0 || Marshal.GetLastPInvokeError() == Errno.EEXIST ? 0 : -1, _directory);
            Check("unlink", unistd_h.unlink(address) == 0 || Marshal.GetLastPInvokeError() == Errno.ENOENT ? 0 : -1, address);
        }

        var name = new sys_socket_h.sockaddr_un { sun_family = sys_socket_h.AF_UNIX };
        var length = Encoding.UTF8.GetBytes(isPath ? address : '\0' + address[1..], new Span<byte>(name.sun_path, sys_socket_h.SunPathSize));
        Check("bind", sys_socket_h.bind(descriptor, (byte*)&name, (uint)(sizeof(ushort) + length + (isPath ? 1 : 0))), address);
        if (isPath)
        {
            // As /run/systemd/notify: who sends is told by the kernel, not by who may.
            Check("chmod", sys_socket_h.chmod(address, ForEverybody), address);
        }
    }

    private static void Check(string call, int result, string about)
    {
        if (result < 0)
        {
            throw new ErrnoException(call, Marshal.GetLastPInvokeError(), about);
        }
    }
}
