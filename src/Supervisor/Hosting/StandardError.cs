using System.Runtime.InteropServices;
using System.Text;
using Serilog.Events;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Hosting;

/// <summary>
/// The supervisor's standard error, by write(2): System.Console would install a SIGCHLD handler on a terminal and eat our exit statuses
/// (docs/architecture.md).
/// </summary>
internal sealed class StandardError(LogOutputKind kind)
{
    private const int Descriptor = 2;

    /// <summary>Who reads it.</summary>
    public LogOutputKind Kind => kind;

    /// <summary>Descriptor 2 as it is now, by what the environment says about the journal and colours.</summary>
    public static StandardError Open() => new(LogOutputKinds.Of(
        Descriptor,
        Environment.GetEnvironmentVariable("JOURNAL_STREAM"),
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))));

    /// <summary>Says one line to whoever started us, outside the log.</summary>
    public void Say(LogEventLevel level, string text) => Write(LogLineFormat.Bare(level, text, kind));

    /// <summary>Writes a line as it is.</summary>
    public void Line(string text) => Write(text + "\n");

    /// <summary>Writes text whole. False when the other end is gone or refuses; there is nobody left to tell.</summary>
    public unsafe bool Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        while (!bytes.IsEmpty)
        {
            long written;
            fixed (byte* start = bytes)
            {
                written = (long)LibC.write(Descriptor, start, bytes.Length);
            }

            var errno = written < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (errno == Errno.EAGAIN)
            {
                // Somebody who shares the terminal or pipe with us made it non-blocking: wait until it takes more.
                var poll = new pollfd { fd = Descriptor, events = LibC.POLLOUT };
                _ = LibC.poll(&poll, 1, -1);
            }
            else if (errno is not (0 or Errno.EINTR))
            {
                return false;
            }
            else if (written > 0)
            {
                bytes = bytes[(int)written..];
            }
        }

        return true;
    }
}
