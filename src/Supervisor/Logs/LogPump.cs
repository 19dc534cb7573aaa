namespace Supervisor.Logs;

/// <summary>Moves bytes from a pipe to its sink and the ring.</summary>
internal sealed class LogPump(TimeProvider time)
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);

    /// <summary>One read: epoll comes back when there is more, so that every job gets its turn.</summary>
    public void Once(LogPipe pipe, JobLog log)
    {
        if (pipe.Sink!.Accepts)
        {
            _ = Move(pipe, log, _buffer.Length);
        }
    }

    /// <summary>Everything that is in the pipe now, and the end of a partial line. What a refusing sink cannot hold stays in the pipe.</summary>
    public void Drain(LogPipe pipe, JobLog log)
    {
        var left = pipe.Available();
        while (left > 0 && pipe.Sink!.CanHold)
        {
            var count = Move(pipe, log, left);
            if (count == 0)
            {
                break;
            }

            left -= count;
        }

        if (pipe.IsMidLine && left <= 0)
        {
            Take(pipe, log, "\n"u8);
        }
    }

    private int Move(LogPipe pipe, JobLog log, int most)
    {
        var count = pipe.Read(_buffer.AsSpan(0, Math.Min(_buffer.Length, Math.Min(most, pipe.Sink!.LargestRead))));
        if (count > 0)
        {
            var chunk = _buffer.AsSpan(0, count);
            log.Account.Read(count, chunk.Count((byte)'\n'));
            Take(pipe, log, chunk);
        }

        return count;
    }

    private void Take(LogPipe pipe, JobLog log, ReadOnlySpan<byte> chunk)
    {
        var at = time.GetUtcNow().ToUnixTimeMilliseconds();
        pipe.IsMidLine = chunk[^1] != '\n';
        pipe.Sink!.Write(chunk, at);
        log.Ring.Append(pipe.Stream, ref pipe.Line, at, chunk, pipe.Sink.Written);
        log.Waiters.Wake();
    }
}
