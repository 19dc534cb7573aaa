using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Supervisor.StateBoard;

/// <summary>What is wanted of the job.</summary>
public enum Goal
{
    /// <summary>Run.</summary>
    Run = 1,
    /// <summary>End, before <see cref="Board.StopDeadline"/>.</summary>
    Stop = 2,
    /// <summary>Re-read the configuration.</summary>
    Reload = 3,
}

/// <summary>What the job says of itself.</summary>
public enum Phase
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Starting.</summary>
    Starting = 1,
    /// <summary>Ready.</summary>
    Ready = 2,
    /// <summary>Stopping.</summary>
    Stopping = 3,
}

/// <summary>
/// The state board of this job. A program that is not run by the supervisor gets one that does nothing, so that it needs no second path. Mapped for
/// the life of the process: there is no way to lose the page under a running thread.
/// </summary>
public sealed unsafe partial class Board
{
    private readonly byte* _page;
    private ulong _beats;

    private Board(byte* page)
    {
        _page = page;
        _beats = page is null ? 0 : *(ulong*)(page + Offsets.Heartbeat);
    }

    /// <summary>The board of this process.</summary>
    public static Board Current { get; } = Open();

    /// <summary>Whether there is one that this library understands.</summary>
    public bool IsPresent => _page is not null;

    /// <summary>A sign of life: one store. Threads may beat at the same time: any change counts.</summary>
    public void Beat()
    {
        if (_page is not null)
        {
            *(ulong*)(_page + Offsets.Heartbeat) = ++_beats;
        }
    }

    /// <summary>What the job says of itself.</summary>
    public Phase Phase
    {
        get => _page is null ? Phase.None : (Phase)Volatile.Read(ref At<uint>(Offsets.Phase));
        set
        {
            if (_page is not null)
            {
                Volatile.Write(ref At<uint>(Offsets.Phase), (uint)value);
            }
        }
    }

    /// <summary>Says how far the job is; total 0: not known. One thread at a time.</summary>
    public void Progress(ulong done, ulong total = 0)
    {
        if (_page is not null)
        {
            var odd = Begin(Offsets.ProgressSequence);
            At<ulong>(Offsets.ProgressDone) = done;
            At<ulong>(Offsets.ProgressTotal) = total;
            Volatile.Write(ref At<uint>(Offsets.ProgressSequence), odd + 1);
        }
    }

    /// <summary>Says what the job does now, in one line; what does not fit is cut off at the end of a character. One thread at a time.</summary>
    public void Status(string text)
    {
        if (_page is not null)
        {
            var odd = Begin(Offsets.StatusSequence);
            Encoding.UTF8.GetEncoder().Convert(text, new Span<byte>(_page + Offsets.StatusText, Offsets.StatusTextSize), flush: true, out _, out var length, out _);
            At<uint>(Offsets.StatusLength) = (uint)length;
            Volatile.Write(ref At<uint>(Offsets.StatusSequence), odd + 1);
        }
    }

    /// <summary>The counter (only grows) of that name: found, or named now. Keep it: the look-up is not for hot paths.</summary>
    public Counter Counter(string name) => Cell(name, 1);

    /// <summary>The gauge of that name.</summary>
    public Counter Gauge(string name) => Cell(name, 2);

    /// <summary>What is wanted of the job; <see cref="Goal.Run"/> without a board.</summary>
    public Goal Goal => _page is null ? Goal.Run : (Goal)Volatile.Read(ref At<uint>(Offsets.Goal));

    /// <summary>When SIGKILL follows, on the clock of <see cref="TimeProvider.GetTimestamp"/> of the system (ns); 0: no stop is on its way.</summary>
    public ulong StopDeadline => _page is null ? 0 : Volatile.Read(ref At<ulong>(Offsets.StopDeadline));

    /// <summary>Reloads asked of this attempt: act when it has changed.</summary>
    public uint Reloads => _page is null ? 0 : Volatile.Read(ref At<uint>(Offsets.Reloads));

    /// <summary>512 bytes that are the job's own and survive its restarts; empty without a board.</summary>
    public Span<byte> JobBytes => _page is null ? default : new(_page + Offsets.JobBytes, Offsets.JobBytesSize);

    /// <summary>Maps a region that the job names, for the life of the process; empty: it does not name it.</summary>
    public static Span<byte> OpenRegion(string name)
    {
        var descriptor = Descriptor($"SUPERVISOR_REGION_{name.ToUpperInvariant().Replace('-', '_').Replace('.', '_')}_FD");
        if (descriptor is not { } fd)
        {
            return default;
        }

        using var file = new SafeFileHandle(fd, ownsHandle: false);
        var length = RandomAccess.GetLength(file);
        return new(Map(file, length), checked((int)length));
    }

    private static Board Open()
    {
        if (!BitConverter.IsLittleEndian || Descriptor("SUPERVISOR_BOARD_FD") is not { } fd)
        {
            return new(null);
        }

        try
        {
            using var file = new SafeFileHandle(fd, ownsHandle: false);
            var page = Map(file, Offsets.Size);
            return new(*(ulong*)page == Offsets.MagicValue && *(uint*)(page + Offsets.AbiVersionAt) == Offsets.AbiVersion ? page : null);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The variable names something that is no board: the program runs on as without one.
            return new(null);
        }
    }

    private static int? Descriptor(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var fd) ? fd : null;

    private static byte* Map(SafeFileHandle file, long length)
    {
        // Neither object is disposed of: the mapping lives as long as the process.
        var map = MemoryMappedFile.CreateFromFile(file, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        var view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.ReadWrite);
        byte* page = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref page);
        return page;
    }

    // `| 1` repairs a sequence that a writer left odd when it died.
    private uint Begin(int sequence)
    {
        var odd = At<uint>(sequence) | 1;
        Volatile.Write(ref At<uint>(sequence), odd);
        Volatile.WriteBarrier();
        return odd;
    }

    private Counter Cell(string name, uint kind)
    {
        if (name.Length is 0 or >= Offsets.CounterNameSize || !Ascii.IsValid(name))
        {
            throw new ArgumentException($"a name has 1 to {Offsets.CounterNameSize - 1} ASCII letters", nameof(name));
        }

        for (var index = 0; _page is not null && index < Offsets.CounterCount; index++)
        {
            var entry = Offsets.Counters + (index * Offsets.CounterSize);
            ref var found = ref At<uint>(entry + Offsets.CounterKind);
            var text = new Span<byte>(_page + entry + Offsets.CounterName, Offsets.CounterNameSize);
            var was = Interlocked.CompareExchange(ref found, 3, 0);
            if (was == 0)
            {
                text[Encoding.ASCII.GetBytes(name, text)..].Clear();
                Volatile.Write(ref found, kind);
            }

            if (was == 0 || (was == kind && Ascii.Equals(text[..Math.Max(0, text.IndexOf((byte)0))], name)))
            {
                return new(_page + entry);
            }
        }

        return default;
    }

    private ref T At<T>(int offset)
        where T : unmanaged => ref *(T*)(_page + offset);
}
