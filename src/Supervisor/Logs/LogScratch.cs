namespace Supervisor.Logs;

/// <summary>Buffers of the log thread, shared by all logs because it does one thing at a time.</summary>
internal sealed class LogScratch
{
    private const int StampedSize = 256 * 1024;

    private readonly TimestampFormat _format = new();
    private readonly byte[] _stamped = GC.AllocateUninitializedArray<byte>(StampedSize);

    /// <summary>Copies a piece with a stamp at each line start, as much as fits.</summary>
    public ReadOnlySpan<byte> Stamp(ReadOnlySpan<byte> chunk, long at, ref bool lineStart, out int taken)
    {
        var stamp = _format.Of(at);
        var used = 0;
        taken = 0;
        while (taken < chunk.Length)
        {
            var need = lineStart ? TimestampFormat.Length : 0;
            var room = StampedSize - used - need;
            if (room <= 0)
            {
                break;
            }

            if (lineStart)
            {
                stamp.CopyTo(_stamped.AsSpan(used));
                used += need;
            }

            var rest = chunk.Slice(taken, Math.Min(room, chunk.Length - taken));
            var end = rest.IndexOf((byte)'\n');
            var length = end < 0 ? rest.Length : end + 1;
            rest[..length].CopyTo(_stamped.AsSpan(used));
            used += length;
            taken += length;
            lineStart = end >= 0;
        }

        return _stamped.AsSpan(0, used);
    }
}
