using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Simulated;

/// <summary>Notifications of floor 2: processes tell what the test says.</summary>
internal sealed class FakeNotifications(IEngineInbox inbox) : INotifications
{
    public List<FakeSocket> Opened { get; } = [];

    /// <summary>Whether the end of a run is answered at once.</summary>
    public bool EndsAtOnce { get; set; } = true;

    public List<long> Unended { get; } = [];

    /// <summary>The newest socket of an instance.</summary>
    public FakeSocket this[string name] => Opened.Last(socket => socket.Name.ToString() == name);

    public INotifySocket Open(InstanceName name, bool inChroot, int store)
    {
        var socket = new FakeSocket(this, inbox, name, inChroot, store);
        Opened.Add(socket);
        return socket;
    }

    public List<FakeDescriptor> Descriptors { get; } = [];

    public IReadyDescriptor Watch(long spawnId)
    {
        var made = new FakeDescriptor(spawnId);
        Descriptors.Add(made);
        return made;
    }

    internal sealed class FakeDescriptor(long spawnId) : IReadyDescriptor
    {
        public long SpawnId => spawnId;

        public int Descriptor => 50;

        public bool IsStarted { get; private set; }

        public bool Disposed { get; private set; }

        public void Started() => IsStarted = true;

        public void Dispose() => Disposed = true;
    }

    /// <summary>Answers every end that waits.</summary>
    public void Ended()
    {
        var waiting = Unended.ToArray();
        Unended.Clear();
        foreach (var drain in waiting)
        {
            inbox.Post(new NotificationsTaken(drain));
        }
    }

    internal sealed class FakeSocket(FakeNotifications all, IEngineInbox inbox, InstanceName name, bool inChroot, int store) : INotifySocket
    {
        public InstanceName Name => name;

        public bool InChroot => inChroot;

        public int Store => store;

        public string Address => $"/run/test/notify/{name}";

        public ulong Beats { get; set; }

        public Sequence<StoredDescriptor> Stored { get; set; } = [];

        public bool Closed { get; private set; }

        public bool Held { get; private set; }

        public long? Run { get; private set; }

        public IChildProcess? Main { get; private set; }

        /// <summary>Messages that the engine has dealt with.</summary>
        public int Taken { get; private set; }

        public void Tells(Notification message) => inbox.Post(new Notified(Run ?? throw new InvalidOperationException("nobody runs"), message, () => Taken++));

        public void Hold()
        {
            Assert.False(Closed, "a closed socket was used");
            Held = true;
        }

        public void Begin(long runId, IChildProcess main)
        {
            Assert.True(Held && Run is null, "a run began that was not expected");
            (Held, Run, Main, Beats) = (false, runId, main, 0);
        }

        public void Follow(IChildProcess main) => Main = main;

        public void End(long drainId)
        {
            (Held, Run) = (false, null);
            all.Unended.Add(drainId);
            if (all.EndsAtOnce)
            {
                all.Ended();
            }
        }

        public void ForgetStored() => Stored = [];

        public void Close()
        {
            Assert.False(Closed, "a socket was closed twice");
            Closed = true;
        }
    }
}
