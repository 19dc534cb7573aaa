using Supervisor.Jobs.Ports;

namespace Supervisor.Logs;

/// <summary>Moves bytes from a pipe to its sink and the ring.</summary>
/// <param name="time">The clock of the stamps.</param>
/// <param name="inbox">Who is told of a line that somebody waits for.</param>
/// <param name="transfer">Makes each move survive a crash; null: nobody would go on from there.</param>
internal sealed class LogPump(TimeProvider time, IEngineInbox inbox, LogTransfer? transfer = null)
{
    private const int MostReads = 4;
    private const int Piece = 64 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);

    /// <summary>A turn of one pipe: a few full buffers at most, so that every job gets its turn; epoll comes back when there is more.</summary>
    /// <returns>Bytes moved.</returns>
    public int Once(LogPipe pipe, JobLog log)
    {
        var moved = 0;
        for (var reads = 0; reads < MostReads && pipe.Sink!.Accepts; reads++)
        {
            var most = Math.Min(_buffer.Length, pipe.Sink.LargestRead);
            var count = Move(pipe, log, most);
            moved += count;
            if (count < most)
            {
                break;
            }
        }

        return moved;
    }

    /// <summary>Everything that is in the pipe now, and the end of a partial line. What a refusing sink cannot hold stays in the pipe.</summary>
    public void Drain(LogPipe pipe, JobLog log)
    {
        var left = pipe.Available();
        while (left > 0 && HasRoom(pipe, log))
        {
            var count = Move(pipe, log, Math.Min(left, Math.Min(_buffer.Length, pipe.Sink!.LargestRead)));
            if (count == 0)
            {
                break;
            }

            left -= count;
        }

        if (pipe.IsMidLine && left <= 0)
        {
            var at = time.GetUtcNow().ToUnixTimeMilliseconds();
            pipe.Sink!.Write("\n"u8, at);
            Keep(pipe, log, at, "\n"u8, 0);
        }
    }

    /// <summary>Tries to pass on what the sink holds.</summary>
    public static void Retry(LogPipe pipe, JobLog log)
    {
        pipe.Sink!.Retry();
        log.Ring.Wrote(pipe.Stream, pipe.Sink.Written);
    }

    private static bool HasRoom(LogPipe pipe, JobLog log)
    {
        if (!pipe.Sink!.CanHold)
        {
            Retry(pipe, log);
        }

        return pipe.Sink.CanHold;
    }

    private int Move(LogPipe pipe, JobLog log, int most)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (transfer is null)
        {
            return MoveInPieces(pipe, log, at, most);
        }

        var chunk = transfer.Peek(pipe, most);
        if (!chunk.IsEmpty)
        {
            Keep(pipe, log, at, chunk, Store(pipe, log, at, chunk));
            transfer.Consume(pipe);
            pipe.WasRead(chunk.Length);
        }

        return chunk.Length;
    }

    // Each goes on while the processor has it at hand. For the ring they are one: it takes only the end.
    private int MoveInPieces(LogPipe pipe, JobLog log, long at, int most)
    {
        var (filled, lines, isMore) = (0, 0, true);
        while (isMore && filled < most)
        {
            var piece = _buffer.AsSpan(filled, Math.Min(Piece, most - filled));
            var count = pipe.Read(piece);
            lines += count == 0 ? 0 : Store(pipe, log, at, piece[..count]);
            filled += count;
            isMore = count == piece.Length && pipe.Sink!.Accepts;
        }

        if (filled > 0)
        {
            Keep(pipe, log, at, _buffer.AsSpan(0, filled), lines);
        }

        return filled;
    }

    // Newlines in it.
    private static int Store(LogPipe pipe, JobLog log, long at, ReadOnlySpan<byte> chunk)
    {
        var lines = chunk.Count((byte)'\n');
        log.Account.Read(chunk.Length, lines);
        pipe.Sink!.Write(chunk, at);
        return lines;
    }

    private void Keep(LogPipe pipe, JobLog log, long at, ReadOnlySpan<byte> chunk, int lines)
    {
        pipe.IsMidLine = chunk[^1] != '\n';
        log.Ring.Append(pipe.Stream, ref pipe.Line, at, chunk, pipe.Sink!.Written, lines);
        log.Waiters.Wake();
        if (log.Watch?.Take(pipe.Stream, chunk) is { } found)
        {
            log.Watch = null;
            inbox.Post(found);
        }
    }
}
