using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Sockets;

/// <summary>The sockets of one instance.</summary>
internal sealed class InstanceSockets(ListeningSockets all, InstanceName name, Sequence<SocketSpec> sockets) : IJobSockets
{
    private List<(long Number, int Copy)> _watches = [];
    private volatile bool _isWanted;
    private Sequence<SocketSpec> _sockets = sockets;

    /// <summary>Whose.</summary>
    public InstanceName Name => name;

    /// <summary>Those that are wanted now; read by the pool.</summary>
    public Sequence<SocketSpec> Sockets => Volatile.Read(ref _sockets);

    /// <inheritdoc/>
    public Sequence<InheritedDescriptor>? Descriptors => all.DescriptorsOf(this);

    /// <inheritdoc/>
    public void Open(long request)
    {
        _isWanted = true;
        all.Open(this, request);
    }

    /// <summary>Whether it still wants one of its sockets open.</summary>
    public bool Wants(SocketSpec socket) => _isWanted && Sockets.Contains(socket);

    /// <inheritdoc/>
    public void Watch() => _watches = all.Watch(this);

    /// <inheritdoc/>
    public void Unwatch()
    {
        all.Unwatch(_watches);
        _watches = [];
    }

    /// <inheritdoc/>
    public void Reconfigure(Sequence<SocketSpec> sockets)
    {
        var old = Sockets;
        Volatile.Write(ref _sockets, sockets);
        all.Release(this, old.Except(sockets));
    }

    /// <inheritdoc/>
    public void Close()
    {
        _isWanted = false;
        Unwatch();
        all.Release(this, Sockets);
    }
}
