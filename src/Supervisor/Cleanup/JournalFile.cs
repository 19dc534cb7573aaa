using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Supervisor.Linux;

namespace Supervisor.Cleanup;

/// <summary>
/// The file of the journal, mapped MAP_SHARED: what is stored survives our death at once, and a power cut from <see cref="Sync"/> on. Its blocks are
/// taken before it is mapped, so that no store meets a full disk (that would be SIGBUS). It never grows: a larger one is made beside it and takes its name.
/// One owner; not thread-safe.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private const uint OwnerOnly = 0b110_000_000;
    private readonly SafeFileHandle _file;
    private readonly Mapping _mapping;
    private int _synced;

    private JournalFile(SafeFileHandle file, Mapping mapping, int used)
    {
        (_file, _mapping, Used) = (file, mapping, used);
        _synced = used;
    }

    /// <summary>Bytes in use.</summary>
    public int Used { get; private set; }

    /// <summary>Bytes left.</summary>
    public int Free => (int)_mapping.Length - Used;

    /// <summary>Makes a file that holds these frames, whole and on disk, and puts it in place of what stood at <paramref name="path"/>.</summary>
    /// <exception cref="ErrnoException">ENOSPC, EDQUOT, EROFS, EACCES, EIO... The old file stands as it was.</exception>
    public static JournalFile Create(string path, int capacity, IReadOnlyList<byte[]> frames)
    {
        var draft = path + ".new";
        var file = Open(draft, fcntl_h.O_RDWR | fcntl_h.O_CREAT | fcntl_h.O_TRUNC);
        Mapping? mapping = null;
        try
        {
            Allocate(file, capacity, draft);
            mapping = Mapping.OfFile((int)file.DangerousGetHandle(), (nuint)capacity);
            var made = new JournalFile(file, mapping, 0);
            Frame.WriteHeader(made.Bytes);
            made.Used = Frame.HeaderSize;
            foreach (var frame in frames)
            {
                made.Append(frame);
            }

            made.SyncAll(draft);
            if (stdio_h.rename(draft, path) < 0)
            {
                throw new ErrnoException("rename", Marshal.GetLastPInvokeError(), path);
            }

            SyncNames(path);
            return made;
        }
        catch
        {
            mapping?.Dispose();
            file.Dispose();
            _ = stdio_h.remove(draft);
            throw;
        }
    }

    /// <summary>Goes on with a file that <see cref="JournalScan"/> has found sound; what stands behind its last frame is wiped.</summary>
    /// <exception cref="ErrnoException">As <see cref="Create"/>.</exception>
    public static JournalFile GoOn(string path, int length, int end)
    {
        var file = Open(path, fcntl_h.O_RDWR);
        Mapping? mapping = null;
        try
        {
            // A copy of it may have holes.
            Allocate(file, length, path);
            mapping = Mapping.OfFile((int)file.DangerousGetHandle(), (nuint)length);
            var old = new JournalFile(file, mapping, end);
            old.Bytes[end..].Clear();
            old.SyncAll(path);
            return old;
        }
        catch
        {
            mapping?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether it still stands at its path with all of its bytes: somebody may have removed it, or cut it short.</summary>
    public bool IsInPlace => FileStatus.Of(_file) is { Links: > 0 } status && status.Size >= (long)_mapping.Length;

    /// <summary>Adds a frame; there is room for it.</summary>
    public void Append(ReadOnlySpan<byte> frame)
    {
        // The payload before the head: a frame whose head is there is nearly always whole.
        frame[8..].CopyTo(Bytes[(Used + 8)..]);
        frame[..8].CopyTo(Bytes[Used..]);
        Used += frame.Length;
    }

    /// <summary>Writes what was added to the disk and waits.</summary>
    /// <exception cref="ErrnoException">EIO: what of it is on disk is not known, so the file is not to be used any more.</exception>
    public void Sync()
    {
        if (Used > _synced)
        {
            _mapping.Sync((nuint)_synced, (nuint)(Used - _synced));
            _synced = Used;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mapping.Dispose();
        _file.Dispose();
    }

    private unsafe Span<byte> Bytes => new(_mapping.Address, (int)_mapping.Length);

    private void SyncAll(string path)
    {
        _mapping.Sync(0, _mapping.Length);
        if (unistd_h.fsync((int)_file.DangerousGetHandle()) < 0)
        {
            throw new ErrnoException("fsync", Marshal.GetLastPInvokeError(), path);
        }

        _synced = Used;
    }

    // Not by .NET's File: it takes a flock of its own on everything that it opens.
    private static SafeFileHandle Open(string path, int flags)
    {
        var fd = fcntl_h.open(path, flags | fcntl_h.O_CLOEXEC, OwnerOnly);
        return fd >= 0 ? new(fd, ownsHandle: true) : throw new ErrnoException("open", Marshal.GetLastPInvokeError(), path);
    }

    private static void Allocate(SafeFileHandle file, int length, string path)
    {
        int errno;
        do
        {
            errno = fcntl_h.posix_fallocate((int)file.DangerousGetHandle(), 0, length);
        }
        while (errno == Errno.EINTR);
        if (errno != 0)
        {
            throw new ErrnoException("posix_fallocate", errno, path);
        }
    }

    // A rename is on disk when the directory is.
    private static void SyncNames(string path)
    {
        using var directory = Open(Path.GetDirectoryName(path)!, fcntl_h.O_RDONLY | fcntl_h.O_DIRECTORY);
        // Some file systems refuse to sync a directory (EINVAL): then there is nothing to be had.
        if (unistd_h.fsync((int)directory.DangerousGetHandle()) < 0 && Marshal.GetLastPInvokeError() is var errno and not Errno.EINVAL)
        {
            throw new ErrnoException("fsync", errno, path);
        }
    }
}
