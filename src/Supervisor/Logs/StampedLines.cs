namespace Supervisor.Logs;

/// <summary>A time stamp at each line start.</summary>
internal sealed class StampedLines(LogScratch scratch) : LineFormat
{
    private bool _lineStart = true;

    /// <inheritdoc/>
    public override SinkState AddTo(SinkState state) => state with { IsLineStart = _lineStart };

    /// <inheritdoc/>
    public override void GoOn(SinkState state) => _lineStart = state.IsLineStart;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Next(ReadOnlySpan<byte> chunk, long at, out int taken)
    {
        var stamp = scratch.Stamps.Of(at);
        var buffer = scratch.Buffer;
        var used = 0;
        taken = 0;
        while (taken < chunk.Length)
        {
            var need = _lineStart ? TimestampFormat.Length : 0;
            var room = buffer.Length - used - need;
            if (room <= 0)
            {
                break;
            }

            if (_lineStart)
            {
                stamp.CopyTo(buffer[used..]);
                used += need;
            }

            var rest = chunk.Slice(taken, Math.Min(room, chunk.Length - taken));
            var end = rest.IndexOf((byte)'\n');
            var length = end < 0 ? rest.Length : end + 1;
            rest[..length].CopyTo(buffer[used..]);
            used += length;
            taken += length;
            _lineStart = end >= 0;
        }

        return buffer[..used];
    }
}
