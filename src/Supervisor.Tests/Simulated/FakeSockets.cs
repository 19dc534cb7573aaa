using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>Sockets of floor 2: open when the test says so, and connections come when it says so.</summary>
internal sealed class FakeSockets(IEngineInbox inbox) : ISockets
{
    private readonly List<(FakeJobSockets Sockets, long Request)> _asked = [];

    /// <summary>Whether openings are through at once; otherwise they wait for <see cref="Open"/>.</summary>
    public bool OpensAtOnce { get; set; } = true;

    /// <summary>What the opening of an instance's sockets fails with.</summary>
    public Func<InstanceName, SpawnFailure?> Fails { get; set; } = _ => null;

    public Dictionary<InstanceName, FakeJobSockets> All { get; } = [];

    public FakeJobSockets this[string job] => All[new(job)];

    public IJobSockets Of(InstanceName name, Sequence<SocketSpec> sockets) => All[name] = new(this, name, sockets);

    public void Asked(FakeJobSockets sockets, long request)
    {
        _asked.Add((sockets, request));
        if (OpensAtOnce)
        {
            Open();
        }
    }

    /// <summary>What has been asked is done.</summary>
    public void Open()
    {
        foreach (var (sockets, request) in _asked)
        {
            var failure = Fails(sockets.Name);
            sockets.IsOpen = failure is null && sockets.IsWanted;
            inbox.Post(new SocketsOpened(request, failure));
        }

        _asked.Clear();
    }

    /// <summary>A connection comes; whether somebody waited for it.</summary>
    public bool Connect(InstanceName name)
    {
        if (!All.TryGetValue(name, out var sockets) || !sockets.IsWatched)
        {
            return false;
        }

        sockets.IsTold = true;
        inbox.Post(new ConnectionCame(name));
        return true;
    }
}

/// <summary>Those of one instance.</summary>
internal sealed class FakeJobSockets(FakeSockets all, InstanceName name, Sequence<SocketSpec> sockets) : IJobSockets
{
    private Sequence<SocketSpec> _sockets = sockets;

    public InstanceName Name => name;

    public bool IsWanted { get; private set; }

    public bool IsOpen { get; set; }

    public bool IsWatched { get; private set; }

    public bool IsTold { get; set; }

    /// <summary>How often they were closed.</summary>
    public int Closings { get; private set; }

    public Sequence<InheritedDescriptor>? Descriptors =>
        IsOpen ? _sockets.Select((socket, index) => new InheritedDescriptor(100 + index, null, socket.Name)).ToSequence() : null;

    public void Open(long request)
    {
        IsWanted = true;
        all.Asked(this, request);
    }

    public void Watch()
    {
        Assert.True(IsOpen, "a socket that is not open is watched");
        Assert.False(IsWatched, "watched twice");
        (IsWatched, IsTold) = (true, false);
    }

    public void Unwatch() => IsWatched = false;

    public void Reconfigure(Sequence<SocketSpec> sockets)
    {
        IsOpen &= _sockets.Equals(sockets);
        _sockets = sockets;
    }

    public void Close()
    {
        Closings += IsOpen ? 1 : 0;
        (IsOpen, IsWatched, IsWanted) = (false, false, false);
    }
}
