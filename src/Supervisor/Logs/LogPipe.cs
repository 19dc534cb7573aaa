using System.Runtime.InteropServices;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Logs;

/// <summary>
/// One pipe of a job: the write end is what the job gets (blocking: the flag belongs to the end, and programs do not expect EAGAIN), the read
/// end is ours and never blocks. Both stay open as long as the job exists, so that nothing is lost between two runs.
/// </summary>
internal sealed unsafe class LogPipe
{
    // 1 MiB: fewer wake-ups under load. Only for a pipe that was found half full (a full one of
    // 64 KiB holds less than that in lines, which are not split over pages): an unprivileged user has 64 MiB for all pipes
    // (pipe-user-pages-soft), and whoever exceeds it gets new pipes of two pages.
    private const int Large = 1024 * 1024;
    private const int Busy = 32 * 1024;
    private const int AtFirst = 64 * 1024;
    private const int SetPipeSize = 1031;

    private bool _wasEnlarged;
    private ulong _inode;

    private readonly IDescriptorHolder _holder;
    private readonly string _holderName;

    private LogPipe(int readEnd, int writeEnd, LogStream stream, IDescriptorHolder holder, string holderName)
    {
        (ReadEnd, WriteEnd, Stream, _holder, _holderName) = (readEnd, writeEnd, stream, holder, holderName);
        holder.Hold(holderName, readEnd);
    }

    /// <summary>Ours.</summary>
    public int ReadEnd { get; }

    /// <summary>The job's.</summary>
    public int WriteEnd { get; }

    /// <summary>What it is for.</summary>
    public LogStream Stream { get; }

    /// <summary>Where its bytes go; the log thread's.</summary>
    public LogSink? Sink { get; set; }

    /// <summary>Whether an earlier image of the supervisor has made it: what comes may continue a line that is in the file already.</summary>
    public bool IsTakenOver { get; private init; }

    /// <summary>What the sink of the image before held; taken by the first sink of this one.</summary>
    public SinkState? SinkLeft { get; set; }

    /// <summary>State of the current line in the ring.</summary>
    public LineState Line;

    /// <summary>Its number in the kernel.</summary>
    public ulong Inode => _inode != 0 ? _inode : _inode = InodeOf(ReadEnd);

    /// <summary>Whether the last byte did not end a line.</summary>
    public bool IsMidLine { get; set; }

    /// <summary>Bytes that it holds.</summary>
    public int Capacity { get; private set; } = AtFirst;

    /// <summary>Whether it is read by the clock (<see cref="BusyPipes"/>).</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether it is not read for now.</summary>
    public bool IsPaused { get; set; }

    /// <summary>When its sink is tried again (<see cref="Environment.TickCount64"/>), while it is not read.</summary>
    public long RetryAt { get; set; }

    /// <summary>How long it was waited for the last time, in milliseconds.</summary>
    public int RetryAfter { get; set; }

    /// <summary>Its place and generation in the log thread's table.</summary>
    public ulong Tag { get; set; }

    /// <summary>
    /// The pipe that an earlier image has left under a name; null: there is none. Only its read end was held: the same pipe is opened for writing through
    /// it.
    /// </summary>
    /// <exception cref="ErrnoException">EMFILE, ENFILE.</exception>
    public static LogPipe? Left(LogStream stream, IDescriptorHolder holder, string holderName, bool outlivesReader = false)
    {
        if (holder.Take(holderName) is not { } readEnd)
        {
            return null;
        }

        var writeEnd = fcntl_h.open($"/proc/self/fd/{readEnd}", (outlivesReader ? fcntl_h.O_RDWR : fcntl_h.O_WRONLY) | fcntl_h.O_CLOEXEC, 0);
        if (writeEnd < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            holder.Hold(holderName, readEnd);
            throw new ErrnoException("open", errno, $"/proc/self/fd/{readEnd}");
        }

        return new(readEnd, writeEnd, stream, holder, holderName) { IsTakenOver = true };
    }

    /// <summary>Makes one.</summary>
    /// <exception cref="ErrnoException">EMFILE, ENFILE.</exception>
    /// <param name="stream">What it is for.</param>
    /// <param name="holder">Holds its read end.</param>
    /// <param name="holderName">Under this name.</param>
    /// <param name="outlivesReader">
    /// Whether the job gets its end open for reading as well: then it waits when nobody reads, and is not ended by SIGPIPE when the supervisor is killed.
    /// </param>
    public static LogPipe Open(LogStream stream, IDescriptorHolder holder, string holderName, bool outlivesReader = false)
    {
        var ends = stackalloc int[2];
        if (LibC.pipe2(ends, LibC.O_CLOEXEC) != 0)
        {
            throw new ErrnoException("pipe2", Marshal.GetLastPInvokeError());
        }

        try
        {
            DescriptorReserve.Keep(Math.Max(ends[0], ends[1]), 1, "pipe2");
        }
        catch
        {
            _ = LibC.close(Math.Min(ends[0], ends[1]));
            throw;
        }

        _ = LibC.fcntl(ends[0], LibC.F_SETFL, LibC.O_NONBLOCK);
        if (outlivesReader && fcntl_h.open($"/proc/self/fd/{ends[1]}", fcntl_h.O_RDWR | fcntl_h.O_CLOEXEC, 0) is >= 0 and var both)
        {
            _ = LibC.close(ends[1]);
            ends[1] = both;
        }

        return new(ends[0], ends[1], stream, holder, holderName);
    }

    /// <summary>Bytes in it now.</summary>
    public int Available()
    {
        int count;
        return sys_ioctl.ioctl(ReadEnd, sys_ioctl.FIONREAD, &count) == 0 ? count : 0;
    }

    /// <summary>Reads what is there, at most the buffer; 0: nothing.</summary>
    public int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var count = (long)LibC.read(ReadEnd, start, buffer.Length);
            WasRead(count);
            return (int)Math.Max(count, 0);
        }
    }

    /// <summary>So much was read at once: a busy pipe becomes a large one.</summary>
    public void WasRead(long count)
    {
        if (count >= Busy && !_wasEnlarged)
        {
            // Whether it works or is refused: once is enough.
            _wasEnlarged = true;
            Capacity = Math.Max(Capacity, LibC.fcntl(ReadEnd, SetPipeSize, Large));
        }
    }

    private static ulong InodeOf(int descriptor)
    {
        stat status;
        return LibC.fstat(descriptor, &status) == 0 ? (ulong)status.st_ino : 0;
    }

    /// <summary>Closes both ends.</summary>
    public void Close()
    {
        _holder.Release(_holderName);
        _ = LibC.close(ReadEnd);
        _ = LibC.close(WriteEnd);
    }
}
