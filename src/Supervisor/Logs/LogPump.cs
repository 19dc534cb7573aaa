using Supervisor.Jobs.Ports;

namespace Supervisor.Logs;

/// <summary>Moves bytes from a pipe to its sink and the ring.</summary>
/// <param name="time">The clock of the stamps.</param>
/// <param name="inbox">Who is told of a line that somebody waits for.</param>
/// <param name="transfer">Makes each move survive a crash; null: nobody would go on from there.</param>
internal sealed class LogPump(TimeProvider time, IEngineInbox inbox, LogTransfer? transfer = null)
{
    private const int MostReads = 4;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);

    /// <summary>A turn of one pipe: a few full buffers at most, so that every job gets its turn; epoll comes back when there is more.</summary>
    /// <param name="pipe">Which.</param>
    /// <param name="log">Whose it is.</param>
    /// <param name="isEmpty">Whether nothing was left in the pipe.</param>
    /// <returns>Bytes moved.</returns>
    public int Once(LogPipe pipe, JobLog log, out bool isEmpty)
    {
        var moved = 0;
        isEmpty = false;
        for (var reads = 0; reads < MostReads && pipe.Sink!.Accepts; reads++)
        {
            var most = Math.Min(_buffer.Length, pipe.Sink.LargestRead);
            var count = Move(pipe, log, most);
            moved += count;
            if (count < most)
            {
                isEmpty = true;
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
            Take(pipe, log, "\n"u8, 0);
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
        if (transfer is null)
        {
            return Pass(pipe, log, _buffer.AsSpan(0, pipe.Read(_buffer.AsSpan(0, most))));
        }

        var count = Pass(pipe, log, transfer.Peek(pipe, most));
        if (count > 0)
        {
            transfer.Consume(pipe);
            pipe.WasRead(count);
        }

        return count;
    }

    private int Pass(LogPipe pipe, JobLog log, Span<byte> chunk)
    {
        if (!chunk.IsEmpty)
        {
            var lines = LineEnds.Count(chunk);
            log.Account.Read(chunk.Length, lines);
            Take(pipe, log, chunk, lines);
        }

        return chunk.Length;
    }

    private void Take(LogPipe pipe, JobLog log, ReadOnlySpan<byte> chunk, int lines)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        pipe.IsMidLine = chunk[^1] != '\n';
        pipe.Sink!.Write(chunk, at);
        log.Ring.Append(pipe.Stream, ref pipe.Line, at, chunk, pipe.Sink.Written, lines);
        log.Waiters.Wake();
        if (log.Watch?.Take(pipe.Stream, chunk) is { } found)
        {
            log.Watch = null;
            inbox.Post(found);
        }
    }
}
