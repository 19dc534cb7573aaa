using System.Runtime.InteropServices;
using Supervisor.Linux;
using static Supervisor.Linux.sys_socket_h;

namespace Supervisor.Sockets;

/// <summary>
/// Tells the first connection at a socket, by an epoll instance whose own descriptor the engine sleeps on: no thread, nothing polls. Each socket is
/// watched through a copy of its descriptor, since instances that share one wait for themselves, and is told once.
/// </summary>
internal sealed unsafe class ConnectionWatch : IDisposable
{
    private const int MostAtOnce = 64;
    private readonly int _epoll;

    public ConnectionWatch()
    {
        _epoll = epoll_create1(EPOLL_CLOEXEC);
        if (_epoll < 0)
        {
            throw new ErrnoException("epoll_create1", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Readable when one of the watched sockets is.</summary>
    public int Descriptor => _epoll;

    /// <summary>Watches a socket; the copy comes back, for <see cref="Remove"/>.</summary>
    /// <exception cref="ErrnoException">No descriptors or memory left.</exception>
    public int Add(int socket, long number)
    {
        var copy = fcntl_h.fcntl(socket, fcntl_h.F_DUPFD_CLOEXEC, 3);
        if (copy < 0)
        {
            throw new ErrnoException("fcntl", Marshal.GetLastPInvokeError());
        }

        DescriptorReserve.Keep(copy, 1, "fcntl");
        var entry = stackalloc byte[16];
        *(uint*)entry = EPOLLIN | EPOLLONESHOT;
        *(long*)(entry + OffsetOfEpollData) = number;
        if (epoll_ctl(_epoll, EPOLL_CTL_ADD, copy, entry) == 0)
        {
            return copy;
        }

        var errno = Marshal.GetLastPInvokeError();
        _ = unistd_h.close(copy);
        throw new ErrnoException("epoll_ctl", errno);
    }

    /// <summary>Ends a watch. Closing the copy alone would not: the kernel watches the socket as long as anybody has it open.</summary>
    public void Remove(int copy)
    {
        _ = epoll_ctl(_epoll, EPOLL_CTL_DEL, copy, null);
        _ = unistd_h.close(copy);
    }

    /// <summary>The numbers of the sockets that have become readable.</summary>
    public List<long> TakeReady()
    {
        var ready = new List<long>();
        var entries = stackalloc byte[MostAtOnce * 16];
        int count;
        do
        {
            count = epoll_wait(_epoll, entries, MostAtOnce, 0);
            for (var index = 0; index < count; index++)
            {
                ready.Add(*(long*)(entries + (index * SizeOfEpollEvent) + OffsetOfEpollData));
            }
        }
        while (count == MostAtOnce);

        return ready;
    }

    public void Dispose() => _ = unistd_h.close(_epoll);
}
