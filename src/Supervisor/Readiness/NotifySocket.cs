using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Readiness;

/// <summary>
/// The socket of one instance. Nothing waits for it but the runtime's own epoll; when something has come, one work item of the pool takes it until
/// nothing is left. The engine's calls only set what that item goes by.
/// </summary>
internal sealed class NotifySocket : INotifySocket, IThreadPoolWorkItem, IDisposable
{
    // After so many others get their turn; a job that has more on the way to the engine than this waits (its own sends block).
    private const int MostAtOnce = 64;
    private const int MostOnTheWay = 16;
    private const int MostAtTheEnd = 1024;

    private sealed record Run(long Id, IChildProcess Main, int Pid);

    private enum Took
    {
        Nothing,
        Something,
        Held,
    }

    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _wait = new();
    private readonly IEngineInbox _inbox;
    private readonly Action _forget;
    private readonly DescriptorStore _store;
    private readonly bool _keepsDescriptors;
    private readonly Lock _gate = new();
    private Run? _run;
    private bool _held;
    private bool _closed;
    private bool _armed;
    private long _drain;
    private int _wanted; // 0: nothing to do; 1: a work item is on its way; 2: and is to look again
    private int _onTheWay;
    private ulong _beats;
    private long _messages;
    private long _foreign;
    private long _malformed;
    private long _closedDescriptors;

    public NotifySocket(int descriptor, string address, IEngineInbox inbox, DescriptorStore store, bool keepsDescriptors, Action forget)
    {
        (Address, _inbox, _forget, _keepsDescriptors, _store) = (address, inbox, forget, keepsDescriptors, store);
        _socket = new(new SafeSocketHandle(descriptor, ownsHandle: true));
        _wait.SetBuffer(Memory<byte>.Empty);
        _wait.Completed += (_, _) =>
        {
            Volatile.Write(ref _armed, false);
            Wake();
        };
        Wake();
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <inheritdoc/>
    public ulong Beats => Volatile.Read(ref _beats);

    /// <inheritdoc/>
    public Sequence<StoredDescriptor> Stored => _store.Stored;

    /// <summary>What people read.</summary>
    public NotificationCounters Counters => new(
        Interlocked.Read(ref _messages), Interlocked.Read(ref _foreign), Interlocked.Read(ref _malformed), Interlocked.Read(ref _closedDescriptors), _store.Count);

    /// <inheritdoc/>
    public void Hold()
    {
        lock (_gate)
        {
            _held = true;
        }
    }

    /// <inheritdoc/>
    public void Begin(long runId, IChildProcess main)
    {
        lock (_gate)
        {
            (_run, _held, _beats) = (new(runId, main, main.Pid), false, 0);
        }

        Wake();
    }

    /// <inheritdoc/>
    public void Follow(IChildProcess main)
    {
        lock (_gate)
        {
            _run = _run is { } run ? new(run.Id, main, main.Pid) : null;
        }
    }

    /// <inheritdoc/>
    public void End(long drainId)
    {
        lock (_gate)
        {
            (_drain, _held) = (drainId, false);
        }

        Wake();
    }

    /// <inheritdoc/>
    public void ForgetStored() => _store.Clear();

    /// <inheritdoc/>
    public void Close() => Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, true))
        {
            return;
        }

        _socket.Dispose();
        _wait.Dispose();
        _store.Dispose();
        _forget();
    }

    // One item at a time: whoever comes meanwhile makes it go round once more.
    private void Wake()
    {
        if (Interlocked.Exchange(ref _wanted, 2) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _wanted, 1);
        var more = !Volatile.Read(ref _closed) && TakeAll();
        if (more || Interlocked.CompareExchange(ref _wanted, 0, 1) != 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    // Whether there may be more.
    private bool TakeAll()
    {
        var most = Interlocked.Read(ref _drain) != 0 ? MostAtTheEnd : MostAtOnce;
        for (var count = 0; count < most; count++)
        {
            if (Volatile.Read(ref _onTheWay) >= MostOnTheWay)
            {
                return false; // the engine wakes us when it has dealt with one
            }

            switch (TakeOne())
            {
                case Took.Held:
                    return false;
                case Took.Nothing:
                    return !Drained() && !Arm();
            }
        }

        // One that goes on sending after the end of its run does not hold up the next.
        _ = most == MostAtTheEnd && Drained();
        return true;
    }

    // Whether somebody had waited for that.
    private bool Drained()
    {
        long drain;
        lock (_gate)
        {
            drain = _drain;
            if (drain == 0)
            {
                return false;
            }

            (_drain, _run) = (0, null);
        }

        _inbox.Post(new NotificationsTaken(drain));
        Wake();
        return true;
    }

    // Whether the wait is on; otherwise something has come already.
    private bool Arm()
    {
        if (Volatile.Read(ref _armed))
        {
            return true;
        }

        try
        {
            Volatile.Write(ref _armed, true);
            if (_socket.ReceiveAsync(_wait))
            {
                return true;
            }

            Volatile.Write(ref _armed, false);
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private unsafe Took TakeOne()
    {
        var text = stackalloc byte[NotifyMessage.Longest];
        var control = stackalloc byte[ReceivedMessage.ControlRoom];
        var descriptors = stackalloc int[256];
        ReceivedMessage message;
        Run? run;
        var held = false;
        try
        {
            _socket.SafeHandle.DangerousAddRef(ref held);
            // In one step with the look at whose it is: what a process sends before it is known must still be there when it is.
            lock (_gate)
            {
                if (_held)
                {
                    return Took.Held;
                }

                run = _run;
                if (!ReceivedMessage.TryTake(
                    (int)_socket.SafeHandle.DangerousGetHandle(), new(text, NotifyMessage.Longest), new(control, ReceivedMessage.ControlRoom), new(descriptors, 256), out message))
                {
                    return Took.Nothing;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            return Took.Nothing;
        }
        finally
        {
            if (held)
            {
                _socket.SafeHandle.DangerousRelease();
            }
        }

        Handle(message, run);
        return Took.Something;
    }

    private void Handle(in ReceivedMessage message, Run? run)
    {
        Interlocked.Increment(ref _messages);
        var isOurs = run is not null && message.Pid > 0 && (message.Pid == run.Pid || run.Main.Has(message.Pid, message.Pidfd));
        if (message.Pidfd >= 0)
        {
            _ = unistd_h.close(message.Pidfd);
        }

        if (!isOurs)
        {
            Interlocked.Increment(ref _foreign);
            CloseDescriptors(message.Descriptors);
        }
        else if (message.IsCut)
        {
            Interlocked.Increment(ref _malformed);
            CloseDescriptors(message.Descriptors);
        }
        else if (NotifyMessage.IsOnlyBeat(message.Text) && message.Descriptors.IsEmpty)
        {
            Volatile.Write(ref _beats, _beats + 1);
        }
        else
        {
            Take(NotifyMessage.Parse(message.Text), message, run!);
        }
    }

    private void Take(NotifyMessage? said, in ReceivedMessage message, Run run)
    {
        Interlocked.Add(ref _malformed, said is null ? 1 : said.Malformed + (message.HasLost ? 1 : 0));
        if (said is null or { IsBarrier: true })
        {
            TakeBarrier(said, message.Descriptors);
            return;
        }

        TakeDescriptors(said, message.Descriptors);
        Volatile.Write(ref _beats, _beats + (said.IsBeat ? 1UL : 0));
        if (said.News is { } news)
        {
            Interlocked.Increment(ref _onTheWay);
            _inbox.Post(new Notified(run.Id, news, Taken));
        }
    }

    private void Taken()
    {
        if (Interlocked.Decrement(ref _onTheWay) == MostOnTheWay - 1)
        {
            Wake();
        }
    }

    // sd_notify(3): alone in its message, with exactly one descriptor; otherwise the whole message is ignored.
    private void TakeBarrier(NotifyMessage? said, ReadOnlySpan<int> descriptors)
    {
        if (said is { IsAlone: true } && descriptors.Length == 1)
        {
            _inbox.Post(new BarrierReached(new SafeFileHandle(descriptors[0], ownsHandle: true)));
            return;
        }

        Interlocked.Add(ref _malformed, said is null ? 0 : 1);
        CloseDescriptors(descriptors);
    }

    private void TakeDescriptors(NotifyMessage said, ReadOnlySpan<int> descriptors)
    {
        if (!said.Stores || !_keepsDescriptors)
        {
            CloseDescriptors(descriptors);
        }
        else
        {
            foreach (var descriptor in descriptors)
            {
                if (!_store.Add(descriptor, said.DescriptorName, said.Polls))
                {
                    Interlocked.Increment(ref _closedDescriptors);
                }
            }
        }

        if (said.Removes && _keepsDescriptors)
        {
            _store.Remove(said.DescriptorName);
        }
    }

    private void CloseDescriptors(ReadOnlySpan<int> descriptors)
    {
        foreach (var descriptor in descriptors)
        {
            _ = unistd_h.close(descriptor);
        }

        Interlocked.Add(ref _closedDescriptors, descriptors.Length);
    }
}
