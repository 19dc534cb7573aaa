using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>
/// Makes the way of a piece of output from its pipe into its file survive the death of the supervisor at any moment, exactly once. The piece is copied out
/// of the pipe (tee(2)) into a mapped file, written, and only then taken out of the pipe. What a killed supervisor had begun is in that file: the next one
/// cuts the log file back to where it was before, and finds the piece in the pipe again; or sees that it had been taken out, and is done.
/// Belongs to the log thread, which does one thing at a time.
/// </summary>
internal sealed unsafe class LogTransfer : IDisposable
{
    /// <summary>The most bytes at once.</summary>
    public const int Most = 256 * 1024;

    /// <summary>Name of the file in the state directory.</summary>
    public const string FileName = "log-transfer";

    private const ulong Magic = 0x3152_4658_474F_4C53; // "SLOGXFR1"
    private const int PageSize = 4096;
    private const int Size = PageSize + (2 * Most);
    private const int Idle = 0;
    private const int Begun = 1;
    private const int SetPipeSize = 1031; // F_SETPIPE_SZ
    private const uint NonBlocking = 2; // SPLICE_F_NONBLOCK

    [StructLayout(LayoutKind.Sequential)]
    private struct Head
    {
        public ulong Magic;
        public int Phase;
        public int Length;
        public ulong Pipe;
        public ulong File;
        public long Offset;
    }

    private readonly Mapping _mapping;
    private readonly int _scratchOut;
    private readonly int _scratchIn;

    private LogTransfer(Mapping mapping, int scratchOut, int scratchIn) => (_mapping, _scratchOut, _scratchIn) = (mapping, scratchOut, scratchIn);

    private ref Head State => ref *(Head*)_mapping.Address;

    private byte* Data => _mapping.Address + PageSize;

    // Where the piece goes when it is taken out of the pipe. Its first byte is made another one before: so it tells whether that has happened.
    private byte* Taken => Data + Most;

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="ErrnoException">It cannot be mapped, or no descriptors are left.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static LogTransfer Open(string path)
    {
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (RandomAccess.GetLength(file) != Size)
        {
            RandomAccess.SetLength(file, 0);
            // Written, not only as long: a full disk must be found here and not in the middle of a store.
            RandomAccess.Write(file, new byte[Size], 0);
        }

        var mapping = Mapping.OfFile((int)file.DangerousGetHandle(), Size);
        var ends = stackalloc int[2];
        if (LibC.pipe2(ends, LibC.O_CLOEXEC) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            mapping.Dispose();
            throw new ErrnoException("pipe2", errno);
        }

        _ = LibC.fcntl(ends[0], SetPipeSize, 1024 * 1024);
        var transfer = new LogTransfer(mapping, ends[0], ends[1]);
        if (transfer.State.Magic != Magic)
        {
            transfer.State = new() { Magic = Magic };
        }

        return transfer;
    }

    /// <summary>Copies what is in a pipe, at most so much; it stays there until <see cref="Consume"/>. Valid until then.</summary>
    public Span<byte> Peek(LogPipe pipe, int most)
    {
        var count = (int)unistd_h.tee(pipe.ReadEnd, _scratchIn, (nuint)Math.Min(most, Most), NonBlocking);
        if (count <= 0)
        {
            return [];
        }

        for (var done = 0; done < count;)
        {
            done += (int)unistd_h.read(_scratchOut, Data + done, (nuint)(count - done));
        }

        (State.Length, State.Pipe, State.File) = (count, pipe.Inode, 0);
        *Taken = (byte)~*Data;
        Volatile.Write(ref State.Phase, Begun);
        return new(Data, count);
    }

    /// <summary>The first byte of the piece is about to be written there.</summary>
    public void IsWrittenTo(int file, long offset)
    {
        stat status;
        if (State.Phase == Begun && State.File == 0 && LibC.fstat(file, &status) == 0)
        {
            State.Offset = offset;
            Volatile.Write(ref State.File, (ulong)status.st_ino);
        }
    }

    /// <summary>The piece is where it belongs: takes it out of its pipe.</summary>
    public void Consume(LogPipe pipe)
    {
        for (var done = 0; done < State.Length;)
        {
            var count = (int)unistd_h.read(pipe.ReadEnd, Taken + done, (nuint)(State.Length - done));
            if (count <= 0)
            {
                break; // nobody else reads it: there is as much in it as was seen
            }

            done += count;
        }

        Volatile.Write(ref State.Phase, Idle);
    }

    /// <summary>A pipe of a supervisor that was killed goes on: what that one had begun to write of it, and had not taken out of it, is cut off its files.</summary>
    public void RollBack(LogPipe pipe, FileSettings settings)
    {
        if (State.Phase != Begun || State.Pipe != pipe.Inode)
        {
            return;
        }

        if (*Taken != *Data && State.File != 0)
        {
            CutBack(settings);
        }

        Volatile.Write(ref State.Phase, Idle);
    }

    private void CutBack(FileSettings settings)
    {
        // Files that are newer than the one in which it began were made for it.
        var newer = new List<string>();
        for (var number = 0; number < Math.Max(1, settings.Spec.MaxFiles); number++)
        {
            var path = number == 0 ? settings.Path : settings.Older(number);
            using var file = OpenOrNull(path);
            stat status;
            if (file is not null && LibC.fstat((int)file.DangerousGetHandle(), &status) == 0 && (ulong)status.st_ino == State.File)
            {
                RandomAccess.SetLength(file, Math.Min(State.Offset, RandomAccess.GetLength(file)));
                newer.ForEach(File.Delete);
                return;
            }

            newer.Add(path);
        }
    }

    private static SafeFileHandle? OpenOrNull(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mapping.Dispose();
        _ = LibC.close(_scratchOut);
        _ = LibC.close(_scratchIn);
    }
}
