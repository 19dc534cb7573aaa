using System.Runtime.InteropServices;
using System.Text;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>
/// The current file of a log and its older ones. Written whole pieces at a time, rotated by rename where a line ends. Knows nothing of
/// waiting: a call says how much it took, and <see cref="Error"/> why it took no more.
/// </summary>
internal sealed unsafe class RotatingFile(FileSettings settings) : IDisposable
{
    private long _generation;
    private int _fd = -1;
    private long _size;
    private long _line;
    private int _errno;
    private string _call = "";

    /// <summary>Counts rotations: the older file with number n is of generation <c>Generation - n</c>.</summary>
    public long Generation
    {
        get => Volatile.Read(ref _generation);
        private set => Volatile.Write(ref _generation, value);
    }

    /// <summary>Where the current file ends.</summary>
    public FilePosition Written => new(Generation, _size);

    /// <summary>Whether the last byte written did not end a line.</summary>
    public bool IsMidLine => _line > 0;

    /// <summary>A changed size or count applies from the next write on.</summary>
    public FileSettings Settings { get; set; } = settings;

    /// <summary>The last failure in words; null when the last call did all it should.</summary>
    public string? Error => _errno == 0 ? null : $"{_call} {Settings.Path}: {Errno.Text(_errno)}";

    /// <summary>Writes as much as the disk takes.</summary>
    /// <returns>Bytes written; fewer than given: <see cref="Error"/> says why.</returns>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        _errno = 0;
        var done = 0;
        while (done < bytes.Length && Ready())
        {
            var rest = bytes[done..];
            var piece = RotationPlan.Next(rest, Settings.Spec.MaxSize, _size, _line);
            if (piece == 0)
            {
                if (!Rotate())
                {
                    break;
                }

                continue;
            }

            var written = WriteOnce(rest[..piece]);
            if (written < 0)
            {
                break;
            }

            done += written;
        }

        return done;
    }

    /// <summary>Where the next byte will be, after so many that wait; opens the file to know (a file of an earlier supervisor goes on).</summary>
    public FilePosition Position(int waiting) => Ready() ? new(Generation, _size + waiting) : new(Generation, 0);

    /// <inheritdoc/>
    public void Dispose() => Shut();

    // Open, and not deleted behind our back.
    private bool Ready()
    {
        if (_fd >= 0)
        {
            stat status;
            if (LibC.fstat(_fd, &status) == 0 && (ulong)status.st_nlink > 0)
            {
                return true;
            }

            Shut();
            Generation++;
        }

        return Open();
    }

    private bool Open()
    {
        var path = Encoding.UTF8.GetBytes(Settings.Path + "\0");
        _fd = OpenOnce(path);
        if (_fd < 0 && Marshal.GetLastPInvokeError() == Errno.ENOENT)
        {
            if (!LogDirectory.Make(Settings.Directory))
            {
                return Failed("mkdir");
            }

            _fd = OpenOnce(path);
        }

        if (_fd < 0)
        {
            return Failed("open");
        }

        stat status;
        _size = LibC.fstat(_fd, &status) == 0 ? (long)status.st_size : 0;
        byte last = (byte)'\n';
        if (_size > 0)
        {
            _ = LibC.pread(_fd, &last, 1, _size - 1);
        }

        _line = 0;
        if (last != '\n')
        {
            // Whoever wrote here last was killed in the middle of a line.
            _ = WriteOnce("\n"u8);
        }

        return true;
    }

    private static int OpenOnce(byte[] path)
    {
        fixed (byte* name = path)
        {
            return LibC.open(name, LibC.O_RDWR | LibC.O_APPEND | LibC.O_CREAT | LibC.O_CLOEXEC | LibC.O_NOFOLLOW, LogDirectory.FileMode);
        }
    }

    private int WriteOnce(ReadOnlySpan<byte> bytes)
    {
        long written;
        fixed (byte* start = bytes)
        {
            do
            {
                written = (long)LibC.write(_fd, start, bytes.Length);
            }
            while (written < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        }

        if (written <= 0)
        {
            Failed("write");
            return -1;
        }

        _size += written;
        var end = bytes[..(int)written].LastIndexOf((byte)'\n');
        _line = end < 0 ? _line + written : written - end - 1;
        return (int)written;
    }

    private bool Rotate()
    {
        var kept = Settings.Spec.MaxFiles - 1;
        for (var extra = kept + 1; stdio_h.remove(Settings.Older(extra)) == 0; extra++)
        {
        }

        for (var number = kept - 1; number >= 1; number--)
        {
            if (stdio_h.rename(Settings.Older(number), Settings.Older(number + 1)) != 0 && Marshal.GetLastPInvokeError() != Errno.ENOENT)
            {
                return Failed("rename");
            }
        }

        var gone = kept == 0 ? stdio_h.remove(Settings.Path) : stdio_h.rename(Settings.Path, Settings.Older(1));
        if (gone != 0 && Marshal.GetLastPInvokeError() != Errno.ENOENT)
        {
            return Failed("rename");
        }

        Shut();
        Generation++;
        return true;
    }

    private bool Failed(string call)
    {
        _errno = Marshal.GetLastPInvokeError();
        _call = call;
        return false;
    }

    private void Shut()
    {
        if (_fd >= 0)
        {
            _ = LibC.close(_fd);
        }

        (_fd, _size, _line) = (-1, 0, 0);
    }
}
