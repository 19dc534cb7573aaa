using System.Runtime.InteropServices;
using Supervisor.Linux;
using Tmds.Linux;

namespace Supervisor.Cli;

/// <summary>
/// Writes to a descriptor with write(2). Neither Console's stream, which keeps quiet about a reader that has gone, nor a FileStream, which
/// counts offsets of its own and would write over what others append to the same file.
/// </summary>
internal sealed unsafe class DescriptorStream(int descriptor) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* bytes = buffer)
            {
                written = (nint)LibC.write(descriptor, bytes, buffer.Length);
            }

            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    // Somebody has made the descriptor non-blocking (it is shared with others): wait until it takes more.
                    var poll = new pollfd { fd = descriptor, events = LibC.POLLOUT };
                    _ = LibC.poll(&poll, 1, -1);
                    break;
                case Errno.EPIPE:
                    throw new BrokenPipeException();
                case var errno:
                    throw new IOException($"writing the output: {Errno.Text(errno)}");
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>The reader of our output has gone: nobody is interested any more.</summary>
internal sealed class BrokenPipeException() : IOException("broken pipe");
