using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Supervisor.Linux;

namespace Supervisor.Processes;

/// <summary>A pidfd: the only handle by which a process is signalled. Closed, it answers ESRCH, so that its number cannot hit another's.</summary>
internal sealed class Pidfd(int descriptor) : IDisposable
{
    private readonly SafeFileHandle _handle = new(descriptor, ownsHandle: true);

    /// <summary>Its number, for who keeps it in its table; valid until it is disposed.</summary>
    public int Descriptor { get; } = descriptor;

    /// <summary>Sends a signal; <paramref name="flags"/> as pidfd_send_signal(2) has them. 0, or errno.</summary>
    public int Send(int signal, int flags = 0)
    {
        var held = false;
        try
        {
            _handle.DangerousAddRef(ref held);
            return unistd_h.pidfd_send_signal((int)_handle.DangerousGetHandle(), signal, flags) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
        finally
        {
            if (held)
                _handle.DangerousRelease();
        }
    }

    /// <summary>Waits until the process is a zombie or gone, for at most <paramref name="milliseconds"/>; whether it is.</summary>
    public unsafe bool WaitForEnd(int milliseconds)
    {
        var end = new poll_h.pollfd { fd = Descriptor, events = poll_h.POLLIN };
        return poll_h.poll(&end, 1, milliseconds) > 0;
    }

    /// <summary>Signal 0 to a pidfd of somebody else's: 0, or errno.</summary>
    public static int Send(int descriptor) => unistd_h.pidfd_send_signal(descriptor, 0, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Of a process; null when it is gone (or descriptors are: <paramref name="errno"/>).</summary>
    public static Pidfd? Open(int pid, out int errno)
    {
        var descriptor = unistd_h.pidfd_open(pid);
        errno = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new(descriptor);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
