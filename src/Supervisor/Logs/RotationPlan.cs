namespace Supervisor.Logs;

/// <summary>Decides how much of a piece still goes into the current file.</summary>
internal static class RotationPlan
{
    /// <summary>
    /// Bytes of <paramref name="rest"/> that go into a file of <paramref name="size"/> bytes, the last <paramref name="line"/> of which are
    /// of a line that is not over; 0: rotate first. A line is torn only when it is longer than <paramref name="limit"/>, so a file can
    /// exceed its limit by the rest of one line.
    /// </summary>
    public static int Next(ReadOnlySpan<byte> rest, long limit, long size, long line)
    {
        var room = limit > 0 ? limit - size : long.MaxValue;
        if (rest.Length <= room)
        {
            return rest.Length;
        }

        var end = room > 0 ? rest[..(int)room].LastIndexOf((byte)'\n') : -1;
        if (end >= 0)
        {
            return end + 1;
        }

        if (size > 0 && line == 0)
        {
            return 0;
        }

        // In the middle of a line, or one line fills an empty file: go on to its end, but not beyond a whole limit.
        var most = (int)Math.Clamp(limit - line, 0, rest.Length);
        end = rest[..most].IndexOf((byte)'\n');
        return end >= 0 ? end + 1 : most;
    }

    /// <summary>The same, but no line is ever torn: a file exceeds its limit by the rest of one line, however long.</summary>
    public static int NextWhole(ReadOnlySpan<byte> rest, long limit, long size, long line)
    {
        var room = limit - size;
        if (rest.Length <= room)
        {
            return rest.Length;
        }

        var end = room > 0 ? rest[..(int)room].LastIndexOf((byte)'\n') : -1;
        if (end >= 0)
        {
            return end + 1;
        }

        if (size > 0 && line == 0)
        {
            return 0;
        }

        end = rest.IndexOf((byte)'\n');
        return end >= 0 ? end + 1 : rest.Length;
    }
}
