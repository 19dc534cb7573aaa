using System.Runtime.InteropServices;
using System.Text;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>
/// The current file of a log and its older ones. Written whole pieces at a time, rotated by rename where a line ends. Knows nothing of
/// waiting: a call says how much it took, and <see cref="Error"/> why it took no more.
/// </summary>
internal sealed unsafe class RotatingFile(FileSettings settings, FileGenerations generations) : IDisposable
{
    private int _fd = -1;
    private long _size;
    private long _line;
    private int _errno;
    private string _call = "";

    /// <summary>Where the current file ends.</summary>
    public FilePosition Written => new(generations.Current, _size);

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

    /// <summary>
    /// Where the next byte will be, after so many that wait. A file that has something in it already (of an earlier supervisor) is opened to
    /// know; one that has not is left for the first write, so that a silent job costs no descriptor.
    /// </summary>
    public FilePosition Position(int waiting) => (_fd >= 0 || HasContent()) && Ready()
        ? new(generations.Current, _size + waiting)
        : new(generations.Current, waiting);

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
            generations.Removed();
        }

        return Open();
    }

    private bool HasContent()
    {
        sys_stat_h.statx_t status;
        return sys_stat_h.statx(fcntl_h.AT_FDCWD, Settings.Path, 0, sys_stat_h.STATX_BASIC_STATS, &status) == 0 && status.stx_size > 0;
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
            if (WriteOnce("\n"u8) < 0)
            {
                Shut();
                return false;
            }
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
        lock (generations.Renaming)
        {
            return RotateNow();
        }
    }

    private bool RotateNow()
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
        generations.Rotated(kept);
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
