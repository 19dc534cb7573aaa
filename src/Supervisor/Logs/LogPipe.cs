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
    private const int SetPipeSize = 1031;

    private bool _isLarge;

    private LogPipe(int readEnd, int writeEnd, LogStream stream) => (ReadEnd, WriteEnd, Stream) = (readEnd, writeEnd, stream);

    /// <summary>Ours.</summary>
    public int ReadEnd { get; }

    /// <summary>The job's.</summary>
    public int WriteEnd { get; }

    /// <summary>What it is for.</summary>
    public LogStream Stream { get; }

    /// <summary>Where its bytes go; the log thread's.</summary>
    public LogSink? Sink { get; set; }

    /// <summary>State of the current line in the ring.</summary>
    public LineState Line;

    /// <summary>Whether the last byte did not end a line.</summary>
    public bool IsMidLine { get; set; }

    /// <summary>Whether it is not read for now.</summary>
    public bool IsPaused { get; set; }

    /// <summary>When its sink is tried again (<see cref="Environment.TickCount64"/>), while it is not read.</summary>
    public long RetryAt { get; set; }

    /// <summary>How long it was waited for the last time, in milliseconds.</summary>
    public int RetryAfter { get; set; }

    /// <summary>Its place and generation in the log thread's table.</summary>
    public ulong Tag { get; set; }

    /// <summary>Makes one.</summary>
    /// <exception cref="ErrnoException">EMFILE, ENFILE.</exception>
    public static LogPipe Open(LogStream stream)
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
        return new(ends[0], ends[1], stream);
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
            if (count >= Busy && !_isLarge)
            {
                // Whether it works or is refused: once is enough.
                _isLarge = true;
                _ = LibC.fcntl(ReadEnd, SetPipeSize, Large);
            }

            return (int)Math.Max(count, 0);
        }
    }

    /// <summary>Closes both ends.</summary>
    public void Close()
    {
        _ = LibC.close(ReadEnd);
        _ = LibC.close(WriteEnd);
    }
}
