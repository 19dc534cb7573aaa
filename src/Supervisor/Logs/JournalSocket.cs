using System.Runtime.InteropServices;
using System.Text;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>How sending an entry to journald went.</summary>
internal enum JournalSending
{
    /// <summary>It is in journald's queue.</summary>
    Sent,
    /// <summary>The queue is full: it takes more when the socket is writable.</summary>
    Full,
    /// <summary>Nobody is there, or a descriptor cannot be had: <see cref="JournalSocket.Error"/> says why.</summary>
    Away,
}

/// <summary>
/// The native protocol of journald (systemd.io/JOURNAL_NATIVE_PROTOCOL): an entry is a datagram of NAME=value lines, or, when it is too large for
/// one, a sealed memfd. Never blocks. Connected, so that epoll and poll say when journald takes more; connects again when it has gone.
/// </summary>
internal sealed unsafe class JournalSocket(string path = JournalSocket.UsualPath) : IDisposable
{
    /// <summary>Where journald listens.</summary>
    public const string UsualPath = "/run/systemd/journal/socket";

    private const int MostPieces = 6;
    private const int BetweenConnectsMilliseconds = 500;

    // Exactly these: journald before 253 takes no other set (memfd_create without MFD_NOEXEC_SEAL for the same reason).
    private const int Seals = sys_mman_h.F_SEAL_SHRINK | sys_mman_h.F_SEAL_GROW | sys_mman_h.F_SEAL_WRITE;

    private int _fd = -1;
    private long _connectAt;
    private bool _hasGivenUp;

    /// <summary>The socket; -1: not connected.</summary>
    public int Descriptor => _fd;

    /// <summary>Counts the connections, so that one with the same descriptor is told from its predecessor.</summary>
    public int Connection { get; private set; }

    /// <summary>The last failure in words.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Sends the pieces, at most six, as one entry.</summary>
    public JournalSending Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth, ReadOnlySpan<byte> fifth)
    {
        fixed (byte* a = first, b = second, c = third, d = fourth, e = fifth)
        {
            var pieces = stackalloc iovec[MostPieces];
            var count = 0;
            Add(pieces, ref count, a, first.Length);
            Add(pieces, ref count, b, second.Length);
            Add(pieces, ref count, c, third.Length);
            Add(pieces, ref count, d, fourth.Length);
            Add(pieces, ref count, e, fifth.Length);
            return Send(pieces, count);
        }
    }

    /// <summary>Waits until journald takes more, at most so many milliseconds; once that was in vain, not again until something was sent.</summary>
    public bool WaitForRoom(int milliseconds)
    {
        if (_fd < 0 || _hasGivenUp)
        {
            return false;
        }

        var poll = new pollfd { fd = _fd, events = LibC.POLLOUT };
        _hasGivenUp = LibC.poll(&poll, 1, milliseconds) <= 0;
        return !_hasGivenUp;
    }

    /// <inheritdoc/>
    public void Dispose() => Shut();

    private static void Add(iovec* pieces, ref int count, byte* start, int length)
    {
        if (length > 0)
        {
            pieces[count++] = new() { iov_base = start, iov_len = length };
        }
    }

    private JournalSending Send(iovec* pieces, int count)
    {
        var message = new msghdr { msg_iov = pieces, msg_iovlen = count };
        // A journald that has gone is looked for once more: its successor may listen at the same path.
        for (var again = _fd >= 0; ; again = false)
        {
            if (_fd < 0 && !Connect())
            {
                return JournalSending.Away;
            }

            var errno = SendOnce(&message);
            if (errno == Errno.EMSGSIZE)
            {
                errno = SendFile(pieces, count);
            }

            switch (errno)
            {
                case 0:
                    _hasGivenUp = false;
                    return JournalSending.Sent;
                case Errno.EAGAIN or Errno.ENOBUFS:
                    return JournalSending.Full;
                case Errno.ECONNREFUSED or Errno.ENOTCONN or Errno.ECONNRESET or Errno.EPIPE:
                    Fail($"send to {path}", errno);
                    Shut();
                    if (!again)
                    {
                        return JournalSending.Away;
                    }

                    break;
                default:
                    Fail($"send to {path}", errno);
                    return JournalSending.Away;
            }
        }
    }

    private int SendOnce(msghdr* message)
    {
        while ((long)LibC.sendmsg(_fd, message, LibC.MSG_NOSIGNAL) < 0)
        {
            if (Marshal.GetLastPInvokeError() is var errno and not Errno.EINTR)
            {
                return errno;
            }
        }

        return 0;
    }

    // The same bytes in a file that nobody can change any more.
    private int SendFile(iovec* pieces, int count)
    {
        int file;
        fixed (byte* name = "journal-entry\0"u8)
        {
            file = LibC.memfd_create(name, sys_mman_h.MFD_CLOEXEC | sys_mman_h.MFD_ALLOW_SEALING);
        }

        if (file < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        if (DescriptorReserve.IsTouchedBy(file, 0.5))
        {
            _ = LibC.close(file);
            return Errno.EMFILE;
        }

        var errno = Fill(file, pieces, count);
        if (errno == 0)
        {
            var rights = new ControlMessageOfOne(file);
            var message = new msghdr { msg_control = &rights, msg_controllen = sizeof(ControlMessageOfOne) };
            errno = SendOnce(&message);
        }

        _ = LibC.close(file);
        return errno;
    }

    private static int Fill(int file, iovec* pieces, int count)
    {
        for (var i = 0; i < count; i++)
        {
            long length = (nint)pieces[i].iov_len, written = (long)LibC.write(file, pieces[i].iov_base, pieces[i].iov_len);
            if (written != length)
            {
                return written < 0 ? Marshal.GetLastPInvokeError() : Errno.ENOSPC;
            }
        }

        return LibC.fcntl(file, sys_mman_h.F_ADD_SEALS, Seals) < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    // Not for every line while nobody is there.
    private bool Connect()
    {
        var now = Environment.TickCount64;
        if (now < _connectAt)
        {
            return false;
        }

        _connectAt = now + BetweenConnectsMilliseconds;
        _fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC | LibC.SOCK_NONBLOCK, 0);
        if (_fd < 0)
        {
            return Fail("socket", Marshal.GetLastPInvokeError());
        }

        if (DescriptorReserve.IsTouchedBy(_fd, 0.5))
        {
            Shut();
            return Fail("socket", Errno.EMFILE);
        }

        var address = new sockaddr_un { sun_family = LibC.AF_UNIX };
        Encoding.UTF8.GetBytes(path, new Span<byte>(address.sun_path, 107));
        if (LibC.connect(_fd, (sockaddr*)&address, sizeof(sockaddr_un)) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            Shut();
            return Fail($"connect to {path}", errno);
        }

        Connection++;
        _connectAt = 0;
        return true;
    }

    private bool Fail(string what, int errno)
    {
        Error = $"{what}: {Errno.Text(errno)}";
        return false;
    }

    private void Shut()
    {
        if (_fd >= 0)
        {
            _ = LibC.close(_fd);
        }

        _fd = -1;
    }
}
