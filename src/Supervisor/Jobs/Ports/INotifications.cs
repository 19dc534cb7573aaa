using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>What the engine asks of the part that listens to jobs. Implemented by Readiness/ (on the pool), faked on floor 2.</summary>
public interface INotifications
{
    /// <summary>Makes the socket of an instance. It belongs to the job, not to a process: it outlives every run. Engine thread; cheap.</summary>
    /// <param name="name">Whose.</param>
    /// <param name="inChroot">Whether the job sees another root: then the address must not be a path.</param>
    /// <param name="store">How many descriptors it may leave with us; 0: none.</param>
    /// <exception cref="Linux.ErrnoException">No descriptor left, or no file can be made in the runtime directory.</exception>
    INotifySocket Open(InstanceName name, bool inChroot, int store);

    /// <summary>Makes the descriptor to which a process writes a newline when it is ready; that is posted as <see cref="ShownReady"/>.</summary>
    /// <param name="spawnId">Number of the start.</param>
    /// <exception cref="Linux.ErrnoException">No descriptor left.</exception>
    IReadyDescriptor Watch(long spawnId);
}

/// <summary>A descriptor for one start. Engine thread only; disposed of when the run is over.</summary>
public interface IReadyDescriptor : IDisposable
{
    /// <summary>What the process gets (CLOEXEC here).</summary>
    int Descriptor { get; }

    /// <summary>The start is over: our copy of it is closed.</summary>
    void Started();
}

/// <summary>A run has shown that it is ready, or (<paramref name="Ready"/> false) that it will not show it any more.</summary>
public sealed record ShownReady(long SpawnId, bool Ready, string Words) : EngineFact;

/// <summary>The socket to which the processes of one instance send sd_notify's messages. Engine thread only, but for the counters; nothing blocks.</summary>
public interface INotifySocket
{
    /// <summary>Value of NOTIFY_SOCKET.</summary>
    string Address { get; }

    /// <summary>WATCHDOG=1 messages of this run: grows.</summary>
    ulong Beats { get; }

    /// <summary>Descriptors that the job has left with us, of whom the store keeps its own: alive until <see cref="ForgetStored"/>.</summary>
    Sequence<StoredDescriptor> Stored { get; }

    /// <summary>A process is about to be started: what it sends waits until <see cref="Begin"/>.</summary>
    void Hold();

    /// <summary>It runs: messages of its processes are taken from here on, as <see cref="Notified"/> with this number.</summary>
    void Begin(long runId, IChildProcess main);

    /// <summary>Another process stands for the run.</summary>
    void Follow(IChildProcess main);

    /// <summary>The run is over: what has been sent is still taken, then <see cref="NotificationsTaken"/> is posted. What comes later is nobody's.</summary>
    void End(long drainId);

    /// <summary>The job is at rest: what it has left with us is closed.</summary>
    void ForgetStored();

    /// <summary>The job is gone.</summary>
    void Close();
}

/// <summary>A descriptor that a job has left with us, with the name it gave.</summary>
public readonly record struct StoredDescriptor(int Descriptor, string Name);

/// <summary>A process of a run has told something.</summary>
/// <param name="RunId">Which run.</param>
/// <param name="Message">What.</param>
/// <param name="Taken">To be called when it has been dealt with: a job that tells too much waits for that.</param>
public sealed record Notified(long RunId, Notification Message, Action Taken) : EngineFact;

/// <summary>A process wants to know when everything that it sent before has been dealt with: it is told by the disposal.</summary>
public sealed record BarrierReached(IDisposable Barrier) : EngineFact;

/// <summary>Everything that was sent before <see cref="INotifySocket.End"/> has been posted.</summary>
public sealed record NotificationsTaken(long DrainId) : EngineFact;

/// <summary>What people read of the sockets: callable from any thread.</summary>
public interface INotificationReader
{
    /// <summary>Counters of an instance; zero for one that has no socket.</summary>
    NotificationCounters Counters(InstanceName name);
}

/// <summary>What a socket has seen since it was made.</summary>
/// <param name="Messages">Messages taken, heartbeats included.</param>
/// <param name="Foreign">Dropped: their sender is no process of the job.</param>
/// <param name="Malformed">Dropped, or read in part: too long, cut, not text, a number that is none, a barrier that is none.</param>
/// <param name="ClosedDescriptors">Descriptors that came and were not kept: nobody asked for them, or the store was full.</param>
/// <param name="Stored">Descriptors in the store.</param>
public sealed record NotificationCounters(long Messages, long Foreign, long Malformed, long ClosedDescriptors, int Stored)
{
    /// <summary>Nothing yet.</summary>
    public static readonly NotificationCounters Zero = new(0, 0, 0, 0, 0);
}
