using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Tests.Real.Components.Logs;

/// <summary>A socket where journald would listen, in a directory of its own; entries are taken when the test says.</summary>
internal sealed unsafe class FakeJournal : IDisposable
{
    private const int LargestDatagram = 4 * 1024 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal");
    private Socket? _socket;

    public FakeJournal() => Listen();

    public string Path => System.IO.Path.Combine(_folder.FullName, "socket");

    public void Listen()
    {
        _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
    }

    /// <summary>Ends as a journald does that is stopped with its socket.</summary>
    public void GoAway()
    {
        _socket?.Dispose();
        _socket = null;
        File.Delete(Path);
    }

    public Dictionary<string, string> Next() => Next(out _);

    /// <summary>Takes the next entry.</summary>
    /// <param name="wasFile">Whether it came as a file.</param>
    public Dictionary<string, string> Next(out bool wasFile)
    {
        var buffer = new byte[LargestDatagram];
        Span<byte> control = stackalloc byte[64];
        fixed (byte* data = buffer, rights = control)
        {
            var piece = new iovec { iov_base = data, iov_len = buffer.Length };
            var message = new msghdr { msg_iov = &piece, msg_iovlen = 1, msg_control = rights, msg_controllen = control.Length };
            long count;
            do
            {
                count = (long)LibC.recvmsg((int)_socket!.Handle, &message, 0);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR); // a collection interrupts it, and with a time limit it does not go on by itself
            Assert.True(count >= 0, "no entry came");
            wasFile = count == 0;
            return Parse(wasFile ? Content(BinaryPrimitives.ReadInt32LittleEndian(control[16..])) : buffer.AsSpan(0, (int)count));
        }
    }

    public void Dispose()
    {
        GoAway();
        _folder.Delete(recursive: true);
    }

    // As journald demands it: nobody can change it any more.
    private static byte[] Content(int descriptor)
    {
        const int Seals = sys_mman_h.F_SEAL_SHRINK | sys_mman_h.F_SEAL_GROW | sys_mman_h.F_SEAL_WRITE;
        Assert.Equal(Seals, LibC.fcntl(descriptor, sys_mman_h.F_GET_SEALS) & Seals);
        using var file = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read);
        var content = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(content);
        return content;
    }

    private static Dictionary<string, string> Parse(ReadOnlySpan<byte> entry)
    {
        var fields = new Dictionary<string, string>();
        while (!entry.IsEmpty)
        {
            var end = entry.IndexOf((byte)'\n');
            Assert.True(end > 0, "an entry ends with a newline and has no empty field");
            var equals = entry[..end].IndexOf((byte)'=');
            if (equals > 0)
            {
                fields.Add(Encoding.UTF8.GetString(entry[..equals]), Encoding.UTF8.GetString(entry[(equals + 1)..end]));
                entry = entry[(end + 1)..];
                continue;
            }

            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(entry[(end + 1)..]);
            fields.Add(Encoding.UTF8.GetString(entry[..end]), Encoding.UTF8.GetString(entry.Slice(end + 9, length)));
            Assert.Equal((byte)'\n', entry[end + 9 + length]);
            entry = entry[(end + 10 + length)..];
        }

        return fields;
    }
}
