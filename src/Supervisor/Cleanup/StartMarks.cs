using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.Cleanup;

/// <summary>
/// A small file of marks, mapped MAP_SHARED, in which the processes of hooks note themselves that they execute their program (the time, written there by
/// clock_gettime(2) as the last call before execve). So it is known after our death what was started, to the very instruction. Marks are of one boot: a
/// power cut voids them. Its size is fixed, so its addresses are as well.
/// </summary>
internal sealed unsafe class StartMarks : IDisposable
{
    /// <summary>Bytes of a mark: struct timespec.</summary>
    public const int Size = 16;

    private const int Count = 4096;
    private readonly Stack<int> _free = new(Enumerable.Range(0, Count).Reverse());
    private readonly object _gate = new();
    private readonly string _path;
    private Mapping? _mapping;
    private bool _hasFailed;

    /// <summary>Marks at a path; the file is made when the first one is taken.</summary>
    public StartMarks(string path) => _path = path;

    /// <summary>Which marks were set by the time the file was left.</summary>
    public static IReadOnlySet<int> ReadSet(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return Enumerable.Range(0, bytes.Length / Size).Where(mark => bytes.AsSpan(mark * Size, Size).ContainsAnyExcept((byte)0)).ToHashSet();
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            return new HashSet<int>(); // nothing was started, or it cannot be known
        }
    }

    /// <summary>A mark that is not set; none when there are none left or the file cannot be made.</summary>
    public StartMark Take()
    {
        lock (_gate)
        {
            if (Map() is not { } mapping || !_free.TryPop(out var number))
            {
                return StartMark.None;
            }

            var mark = new StartMark(number, (nint)(mapping.Address + (number * Size)));
            Clear(mark);
            return mark;
        }
    }

    /// <summary>Makes a mark that was taken one that is not set.</summary>
    public static void Clear(StartMark mark)
    {
        if (mark.Address != 0)
        {
            new Span<byte>((void*)mark.Address, Size).Clear();
        }
    }

    /// <summary>Nobody asks after it any more.</summary>
    public void Return(StartMark mark)
    {
        lock (_gate)
        {
            if (mark.Number >= 0)
            {
                _free.Push(mark.Number);
            }
        }
    }

    /// <summary>Keeps marks that hooks of the supervisor before have set from being given out while they are asked after.</summary>
    public void Reserve(IReadOnlySet<int> marks)
    {
        lock (_gate)
        {
            var left = _free.Where(mark => !marks.Contains(mark)).Reverse().ToList();
            _free.Clear();
            left.ForEach(_free.Push);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _mapping?.Dispose();

    private Mapping? Map()
    {
        if (_mapping is not null || _hasFailed)
        {
            return _mapping;
        }

        var fd = fcntl_h.open(_path, fcntl_h.O_RDWR | fcntl_h.O_CREAT | fcntl_h.O_CLOEXEC, 0b110_000_000);
        using var file = new SafeFileHandle(fd, ownsHandle: fd >= 0);
        // Blocks first: a store into a hole of a full file system would be SIGBUS.
        if (fd < 0 || fcntl_h.posix_fallocate(fd, 0, Count * Size) != 0)
        {
            _hasFailed = true;
            return null;
        }

        try
        {
            return _mapping = Mapping.OfFile(fd, Count * Size);
        }
        catch (ErrnoException)
        {
            // Without marks a hook that was begun when we died runs once more: told in the manual.
            _hasFailed = true;
            return null;
        }
    }
}
