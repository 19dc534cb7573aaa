using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Sockets;

/// <summary>
/// All sockets that the supervisor has open for its jobs. The engine asks and returns; opening, closing and removing files is done by the pool, one after
/// the other in the order in which it was asked, so that a path that is given up and taken anew is never mixed up.
/// </summary>
public sealed class ListeningSockets : ISockets, IDisposable
{
    private readonly IEngineInbox _inbox;
    private readonly IDescriptorHolder _holder;
    private readonly object _gate = new();
    private readonly Dictionary<(string Job, SocketSpec Socket), OpenSocket> _open = [];
    private readonly Dictionary<long, InstanceName> _watchers = [];
    private readonly ConnectionWatch _watch = new();
    private Task _work = Task.CompletedTask;
    private long _lastWatch;

    /// <summary>None is open yet.</summary>
    /// <param name="inbox">Who is told.</param>
    /// <param name="holder">Holds them for the image after this one, and has those of the one before; null: nobody does.</param>
    public ListeningSockets(IEngineInbox inbox, IDescriptorHolder? holder = null) => (_inbox, _holder) = (inbox, holder ?? new NoDescriptorHolder());

    /// <summary>Readable when a connection has come that somebody waits for: then <see cref="TakeConnections"/>.</summary>
    public int Descriptor => _watch.Descriptor;

    /// <inheritdoc/>
    public IJobSockets Of(InstanceName name, Sequence<SocketSpec> sockets) => new InstanceSockets(this, name, sockets);

    /// <summary>Tells the engine who has a connection.</summary>
    public void TakeConnections()
    {
        foreach (var number in _watch.TakeReady())
        {
            lock (_gate)
            {
                if (_watchers.Remove(number, out var name))
                {
                    _inbox.Post(new ConnectionCame(name));
                }
            }
        }
    }

    /// <summary>Closes what is open and removes the files; what was asked before is done first.</summary>
    public void Dispose()
    {
        Do(() =>
        {
            lock (_gate)
            {
                foreach (var (key, open) in _open)
                {
                    _holder.Release(HolderName(key.Job, key.Socket));
                    _ = unistd_h.close(open.Descriptor);
                    SocketOpening.Remove(key.Socket);
                }

                _open.Clear();
            }
        }).Wait();
        _watch.Dispose();
    }

    /// <summary>Opens what is missing of the sockets of an instance, then posts how it went.</summary>
    internal void Open(InstanceSockets user, long request)
    {
        TakeLeft(user);
        Do(() => _inbox.Post(new SocketsOpened(request, OpenAll(user))));
    }

    // What the image before this one has left is open already, with the connections that wait in it.
    private void TakeLeft(InstanceSockets user)
    {
        lock (_gate)
        {
            foreach (var socket in user.Sockets.Where(socket => !_open.ContainsKey((user.Name.Job, socket))))
            {
                if (_holder.Take(HolderName(user.Name.Job, socket)) is { } descriptor)
                {
                    Keep(user, socket, descriptor);
                }
            }
        }
    }

    private void Keep(InstanceSockets user, SocketSpec socket, int descriptor)
    {
        _open[(user.Name.Job, socket)] = new(descriptor) { Users = { user } };
        _holder.Hold(HolderName(user.Name.Job, socket), descriptor);
    }

    // Whatever is in its name and address; FNV-1a of 64 bits: among the sockets of one job none is another's.
    internal static string HolderName(string job, SocketSpec socket) =>
        $"socket/{job}/{System.Text.Encoding.UTF8.GetBytes($"{socket.Name} {socket}").Aggregate(14695981039346656037UL, (hash, one) => unchecked((hash ^ one) * 1099511628211UL)):x16}";

    /// <summary>The descriptors of an instance's sockets; null: not all of them are open.</summary>
    internal Sequence<InheritedDescriptor>? DescriptorsOf(InstanceSockets user)
    {
        lock (_gate)
        {
            var open = user.Sockets.Select(socket => Find(user, socket)).ToList();
            return open.TrueForAll(one => one is not null)
                ? user.Sockets.Select((socket, index) => new InheritedDescriptor(open[index]!.Descriptor, null, socket.Name)).ToSequence()
                : null;
        }
    }

    /// <summary>Watches the sockets of an instance.</summary>
    /// <exception cref="ErrnoException">No descriptors left; nothing is watched.</exception>
    internal List<(long Number, int Copy)> Watch(InstanceSockets user)
    {
        var watches = new List<(long Number, int Copy)>();
        lock (_gate)
        {
            try
            {
                foreach (var open in user.Sockets.Select(socket => Find(user, socket)).OfType<OpenSocket>())
                {
                    watches.Add((++_lastWatch, _watch.Add(open.Descriptor, _lastWatch)));
                    _watchers[_lastWatch] = user.Name;
                }
            }
            catch (ErrnoException)
            {
                Unwatch(watches);
                throw;
            }
        }

        return watches;
    }

    /// <summary>Nobody waits for these any more.</summary>
    internal void Unwatch(List<(long Number, int Copy)> watches)
    {
        lock (_gate)
        {
            foreach (var (number, copy) in watches)
            {
                _watchers.Remove(number);
                _watch.Remove(copy);
            }
        }
    }

    /// <summary>An instance no longer uses these; those that nobody uses any more are closed.</summary>
    internal void Release(InstanceSockets user, IEnumerable<SocketSpec> sockets)
    {
        lock (_gate)
        {
            foreach (var socket in sockets)
            {
                if (Find(user, socket) is { } open && open.Users.Remove(user) && open.Users.Count == 0)
                {
                    _open.Remove((user.Name.Job, socket));
                    _holder.Release(HolderName(user.Name.Job, socket));
                    // A connection that comes now is refused; the file goes in its turn.
                    _ = unistd_h.close(open.Descriptor);
                    Do(() => SocketOpening.Remove(socket));
                }
            }
        }
    }

    private OpenSocket? Find(InstanceSockets user, SocketSpec socket) =>
        _open.TryGetValue((user.Name.Job, socket), out var open) && open.Users.Contains(user) ? open : null;

    private SpawnFailure? OpenAll(InstanceSockets user)
    {
        foreach (var socket in user.Sockets)
        {
            lock (_gate)
            {
                if (_open.TryGetValue((user.Name.Job, socket), out var shared))
                {
                    if (user.Wants(socket))
                    {
                        shared.Users.Add(user);
                    }

                    continue;
                }
            }

            try
            {
                Opened(user, socket, SocketOpening.Open(socket));
            }
            catch (SocketRefusedException refused)
            {
                return refused.Failure;
            }
        }

        return null;
    }

    private void Opened(InstanceSockets user, SocketSpec socket, int descriptor)
    {
        lock (_gate)
        {
            if (user.Wants(socket))
            {
                Keep(user, socket, descriptor);
                return;
            }
        }

        // It was given up while it was being opened.
        _ = unistd_h.close(descriptor);
        SocketOpening.Remove(socket);
    }

    private Task Do(Action action)
    {
        lock (_gate)
        {
            return _work = _work.ContinueWith(_ => action(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private sealed class OpenSocket(int descriptor)
    {
        public int Descriptor => descriptor;

        public HashSet<InstanceSockets> Users { get; } = [];
    }
}
