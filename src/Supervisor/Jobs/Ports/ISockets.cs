using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>What the engine asks of the sockets that jobs listen on. Implemented by Sockets/, faked on floor 2. Engine thread only; nothing blocks.</summary>
public interface ISockets
{
    /// <summary>
    /// The sockets of an instance; none is open yet. Instances of a job that name the same socket share it: it is opened by the first one and closed with
    /// the last one.
    /// </summary>
    IJobSockets Of(InstanceName name, Sequence<SocketSpec> sockets);
}

/// <summary>The sockets of one instance. They belong to the job, not to a process: they stay open through its restarts.</summary>
public interface IJobSockets
{
    /// <summary>What a start hands over, in the order of the configuration; null: not all of them are open.</summary>
    Sequence<InheritedDescriptor>? Descriptors { get; }

    /// <summary>Opens those that are not open, elsewhere; posts <see cref="SocketsOpened"/> with this number when it is done or has failed.</summary>
    void Open(long request);

    /// <summary>From now on the first connection (or datagram) posts one <see cref="ConnectionCame"/>; all of them must be open.</summary>
    /// <exception cref="Linux.ErrnoException">No descriptors left.</exception>
    void Watch();

    /// <summary>Nobody waits for a connection any more.</summary>
    void Unwatch();

    /// <summary>Other sockets from the next opening on: closes those that it no longer names, keeps those that are the same.</summary>
    void Reconfigure(Sequence<SocketSpec> sockets);

    /// <summary>Closes all of them and removes their files. They may be opened again.</summary>
    void Close();
}
