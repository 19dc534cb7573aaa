using System.Net.Sockets;
using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Readiness;

/// <summary>
/// s6's notification-fd: the process writes a newline and closes it. A socket pair, not a pipe, so that the runtime's own epoll waits for it; write(2) sees
/// no difference. Whatever else comes is read and passed over.
/// </summary>
internal sealed class ReadyDescriptor : IReadyDescriptor
{
    private readonly Socket _ours;
    private readonly IDescriptorHolder _holder;
    private readonly string _heldAs;
    private int _theirs;

    private ReadyDescriptor(int ours, int theirs, IEngineInbox inbox, long spawnId, IDescriptorHolder holder, string heldAs)
    {
        (_theirs, _ours, _holder, _heldAs) = (theirs, new(new SafeSocketHandle(ours, ownsHandle: true)), holder, heldAs);
        holder.Hold(heldAs, ours);
        _ = Listen(inbox, spawnId);
    }

    /// <inheritdoc/>
    public int Descriptor => _theirs;

    /// <summary>Makes one, or takes the one that the image before this one has made for that start.</summary>
    /// <exception cref="ErrnoException">EMFILE, ENFILE.</exception>
    public static unsafe ReadyDescriptor Open(IEngineInbox inbox, long spawnId, IDescriptorHolder holder)
    {
        var heldAs = $"ready/{spawnId}";
        if (holder.Take(heldAs) is { } left)
        {
            return new(left, -1, inbox, spawnId, holder, heldAs);
        }

        var ends = stackalloc int[2];
        if (sys_socket_h.socketpair(sys_socket_h.AF_UNIX, sys_socket_h.SOCK_STREAM | sys_socket_h.SOCK_CLOEXEC, 0, ends) != 0)
        {
            throw new ErrnoException("socketpair", Marshal.GetLastPInvokeError());
        }

        try
        {
            DescriptorReserve.Keep(Math.Max(ends[0], ends[1]), 1, "socketpair");
        }
        catch
        {
            _ = unistd_h.close(Math.Min(ends[0], ends[1]));
            throw;
        }

        return new(ends[0], ends[1], inbox, spawnId, holder, heldAs);
    }

    /// <inheritdoc/>
    public void Started()
    {
        if (Interlocked.Exchange(ref _theirs, -1) is >= 0 and var open)
        {
            _ = unistd_h.close(open);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Started();
        _holder.Release(_heldAs);
        _ours.Dispose();
    }

    private async Task Listen(IEngineInbox inbox, long spawnId)
    {
        var buffer = new byte[64];
        try
        {
            int count;
            while ((count = await _ours.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
            {
                if (buffer.AsSpan(0, count).Contains((byte)'\n'))
                {
                    inbox.Post(new ShownReady(spawnId, Ready: true, "a newline on its descriptor"));
                    return;
                }
            }

            inbox.Post(new ShownReady(spawnId, Ready: false, "it has closed its descriptor without a newline"));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }
}
