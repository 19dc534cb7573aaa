using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Supervisor.Logs;

/// <summary>A part of a log file that is open, plain or compressed. Places are those of the plain text.</summary>
/// <param name="Handle">The file, whatever its name is by now.</param>
/// <param name="Path">Its name when it was opened.</param>
/// <param name="IsCompressed">Whether it is gzip.</param>
/// <param name="Start">Where the part begins.</param>
/// <param name="End">Where it ends; beyond the end of the file: there.</param>
/// <param name="Generation">Which file it is.</param>
internal readonly record struct FilePart(SafeFileHandle Handle, string Path, bool IsCompressed, long Start, long End, long Generation)
{
    private const int BlockSize = 64 * 1024;

    /// <summary>The part from a later start on.</summary>
    public FilePart From(long start) => this with { Start = start };

    /// <summary>Its bytes, in blocks that are valid until the next one.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Blocks()
    {
        var block = new byte[BlockSize];
        return IsCompressed ? CompressedBlocks(block) : PlainBlocks(block);
    }

    /// <summary>
    /// Where the last lines begin, when the part has more newlines than that.
    /// </summary>
    /// <param name="most">Newlines that may be passed over, from the end.</param>
    /// <param name="newlines">Newlines found, when it has not more.</param>
    /// <returns>The place after the newline before them; null: the part has no more than that.</returns>
    public long? StartOfLast(int most, out int newlines) => IsCompressed ? CountForward(most, out newlines) : LookBack(most, out newlines);

    /// <summary>Whether it ends without a newline (its last line is not over).</summary>
    public bool EndsInLine()
    {
        byte last = (byte)'\n';
        if (IsCompressed)
        {
            foreach (var block in CompressedBlocks(new byte[BlockSize]))
            {
                last = block.Span[^1];
            }
        }
        else if (End > Start)
        {
            Span<byte> one = stackalloc byte[1];
            last = RandomAccess.Read(Handle, one, End - 1) == 1 ? one[0] : last;
        }

        return last != '\n';
    }

    private IEnumerable<ReadOnlyMemory<byte>> PlainBlocks(byte[] block)
    {
        for (var at = Start; at < End;)
        {
            var count = RandomAccess.Read(Handle, block.AsSpan(0, (int)Math.Min(block.Length, End - at)), at);
            if (count == 0)
            {
                yield break;
            }

            at += count;
            yield return block.AsMemory(0, count);
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> CompressedBlocks(byte[] block)
    {
        using var stream = new GZipStream(new HandleStream(Handle), CompressionMode.Decompress);
        for (var at = 0L; at < End;)
        {
            var count = stream.Read(block, 0, (int)Math.Min(block.Length, End - at));
            if (count == 0)
            {
                yield break;
            }

            var skipped = (int)Math.Clamp(Start - at, 0, count);
            at += count;
            if (skipped < count)
            {
                yield return block.AsMemory(skipped, count - skipped);
            }
        }
    }

    // Plain text is read from its end, so that a long history is not read for a few lines.
    private long? LookBack(int most, out int newlines)
    {
        var block = new byte[BlockSize];
        newlines = 0;
        for (var at = End; at > Start;)
        {
            var wanted = (int)Math.Min(block.Length, at - Start);
            at -= wanted;
            for (var left = RandomAccess.Read(Handle, block.AsSpan(0, wanted), at); left > 0;)
            {
                left = block.AsSpan(0, left).LastIndexOf((byte)'\n');
                if (left >= 0 && ++newlines > most)
                {
                    return at + left + 1;
                }
            }
        }

        return null;
    }

    private long? CountForward(int most, out int newlines)
    {
        newlines = 0;
        foreach (var block in Blocks())
        {
            newlines += LineEnds.Count(block.Span);
        }

        return newlines > most ? After(newlines - most) : null;
    }

    private long After(int newlines)
    {
        var at = Start;
        foreach (var block in Blocks())
        {
            for (var done = 0; block.Span[done..].IndexOf((byte)'\n') is >= 0 and var next;)
            {
                done += next + 1;
                if (--newlines == 0)
                {
                    return at + done;
                }
            }

            at += block.Length;
        }

        return at;
    }

    // GZipStream wants a stream; a FileStream would close the handle, and with it the part.
    private sealed class HandleStream(SafeFileHandle handle) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = RandomAccess.Read(handle, buffer, _at);
            _at += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
