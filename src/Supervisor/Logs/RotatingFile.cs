using System.Runtime.InteropServices;
using System.Text;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>
/// The current file of a log and its older ones. Written whole pieces at a time, rotated by rename where a line ends. Knows nothing of
/// waiting: a call says how much it took, and <see cref="Error"/> why it took no more.
/// </summary>
internal sealed unsafe class RotatingFile(FileSettings settings, FileGenerations generations, Action rotated) : IDisposable
{
    private int _fd = -1;
    private long _size;
    private long _line;
    private int _errno;
    private string _call = "";
    private long _born;
    private bool _rotateSoon;

    // The highest number of an older file; before the first rotation nobody knows.
    private int _last = int.MaxValue;

    /// <summary>Whether the next open finds a file in whose last line it goes on, instead of ending that line.</summary>
    public bool ContinuesLine { get; set; }

    /// <summary>Hears where a piece is about to be written; null: nobody wants to know.</summary>
    public LogTransfer? Transfer { get; init; }

    /// <summary>Where the current file ends.</summary>
    public FilePosition Written => new(generations.Current, _size);

    /// <summary>Whether the last byte written did not end a line.</summary>
    public bool IsMidLine => _line > 0;

    /// <summary>A changed size or count applies from the next write on.</summary>
    public FileSettings Settings { get; set; } = settings;

    /// <summary>The last failure in words; null when the last call did all it should.</summary>
    public string? Error => _errno == 0 ? null : $"{_call} {Settings.Path}: {Errno.Text(_errno)}";

    /// <summary>The time, in milliseconds since 1970; by it a file is too old.</summary>
    public long Now { get; set; }

    /// <summary>Rotates now, or, in the middle of a line, at its end.</summary>
    public LogRotation RotateSoon()
    {
        _errno = 0;
        if (!Ready())
        {
            return LogRotation.Failed;
        }

        if (_size == 0)
        {
            return LogRotation.Empty;
        }

        if (_line > 0)
        {
            _rotateSoon = true;
            return LogRotation.AtLineEnd;
        }

        return Rotate() ? LogRotation.Done : LogRotation.Failed;
    }

    /// <summary>Takes the start of an unfinished line out of the file again.</summary>
    /// <returns>Bytes taken out.</returns>
    public long CutLine()
    {
        if (_fd < 0 || _line == 0 || _line > _size || LibC.ftruncate(_fd, _size - _line) != 0)
        {
            return 0;
        }

        var cut = _line;
        (_size, _line) = (_size - cut, 0);
        return cut;
    }

    /// <summary>Writes as much as the disk takes.</summary>
    /// <returns>Bytes written; fewer than given: <see cref="Error"/> says why.</returns>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        _errno = 0;
        var done = 0;
        while (done < bytes.Length && Ready())
        {
            var rest = bytes[done..];
            var piece = _line == 0 && _size > 0 && (_rotateSoon || IsOld) ? 0
                : _rotateSoon || Settings.Spec.Format == LogFormat.Json ? RotationPlan.NextWhole(rest, _rotateSoon ? 1 : Settings.Spec.MaxSize, _size, _line)
                : RotationPlan.Next(rest, Settings.Spec.MaxSize, _size, _line);
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

    private bool IsOld => Settings.Spec.MaxAge is { } age && Now - _born > age.TotalMilliseconds;

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

        (_line, _born) = (0, _size > 0 ? BornAt() : Now);
        if (last != '\n' && ContinuesLine)
        {
            _line = LineLength(_fd, _size);
        }
        else if (last != '\n')
        {
            // Whoever wrote here last was killed in the middle of a line.
            if (WriteOnce("\n"u8) < 0)
            {
                Shut();
                return false;
            }
        }

        ContinuesLine = false;
        return true;
    }

    /// <summary>Whether the file, as it is now, ends within a line.</summary>
    public bool EndsInMidLine()
    {
        var fd = fcntl_h.open(Settings.Path, fcntl_h.O_RDONLY | fcntl_h.O_CLOEXEC, 0);
        if (fd < 0)
        {
            return false;
        }

        stat status;
        var inMidLine = LibC.fstat(fd, &status) == 0 && LineLength(fd, (long)status.st_size) > 0;
        _ = LibC.close(fd);
        return inMidLine;
    }

    // Bytes since the last newline.
    private static long LineLength(int fd, long size)
    {
        Span<byte> block = stackalloc byte[4096];
        for (var at = size; at > 0;)
        {
            var wanted = (int)Math.Min(block.Length, at);
            nint count;
            fixed (byte* start = block)
            {
                count = (nint)LibC.pread(fd, start, wanted, at - wanted);
            }

            var newline = count == wanted ? block[..wanted].LastIndexOf((byte)'\n') : wanted - 1;
            if (newline >= 0)
            {
                return size - (at - wanted + newline + 1);
            }

            at -= wanted;
        }

        return size;
    }

    // Where the file system does not keep when a file was made, by its last line: it is not older.
    private long BornAt()
    {
        sys_stat_h.statx_t status;
        return sys_stat_h.statx(_fd, "", fcntl_h.AT_EMPTY_PATH, sys_stat_h.STATX_BASIC_STATS | sys_stat_h.STATX_BTIME, &status) != 0 ? Now
            : (status.stx_mask & sys_stat_h.STATX_BTIME) != 0 ? status.stx_btime.Milliseconds
            : status.stx_mtime.Milliseconds;
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
        Transfer?.IsWrittenTo(_fd, _size);
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
            if (!RotateNow())
            {
                return false;
            }
        }

        rotated();
        return true;
    }

    private bool RotateNow()
    {
        var kept = Settings.Spec.MaxFiles - 1;
        for (var extra = kept + 1; Settings.RemoveOlder(extra); extra++)
        {
        }

        if (kept > 0)
        {
            // In both forms: what takes its place replaces one of them only.
            _ = Settings.RemoveOlder(kept);
        }

        if (!MakeWay(kept))
        {
            return false;
        }

        var gone = kept == 0 ? stdio_h.remove(Settings.Path) : stdio_h.rename(Settings.Path, Settings.Older(1));
        if (gone != 0 && Marshal.GetLastPInvokeError() != Errno.ENOENT)
        {
            return Failed("rename");
        }

        Shut();
        _rotateSoon = false;
        generations.Rotated(kept);
        return true;
    }

    // Each older file gets the next number, in whichever form it is. Which is the last is known from the rotation before: most of many names are of no file.
    private bool MakeWay(int kept)
    {
        var last = 1;
        for (var number = Math.Min(kept - 1, _last); number >= 1; number--)
        {
            if (!Move(Settings.Older(number), Settings.Older(number + 1), number + 1, ref last)
                || !Move(Settings.Compressed(number), Settings.Compressed(number + 1), number + 1, ref last))
            {
                _last = int.MaxValue;
                return false;
            }
        }

        _last = last;
        return true;
    }

    private bool Move(string from, string to, int number, ref int last)
    {
        if (stdio_h.rename(from, to) == 0)
        {
            last = Math.Max(last, number);
            return true;
        }

        return Marshal.GetLastPInvokeError() == Errno.ENOENT || Failed("rename");
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
