using System.Buffers.Text;

namespace Supervisor.Linux;

/// <summary>What a living process has used so far, of /proc/PID/stat (proc(5)).</summary>
/// <param name="Cpu">CPU time in user mode and in the kernel.</param>
/// <param name="ResidentBytes">Resident set.</param>
public readonly record struct ProcessUsage(TimeSpan Cpu, long ResidentBytes)
{
    // USER_HZ and the page size of the architectures that we build for, as the kernel reports them to user space.
    private const long TicksPerClock = TimeSpan.TicksPerSecond / 100;
    private static readonly long _pageSize = Environment.SystemPageSize;

    /// <summary>Reads it; null when there is no such process.</summary>
    public static ProcessUsage? Of(int pid)
    {
        Span<byte> stat = stackalloc byte[1024];
        try
        {
            using var file = File.OpenHandle($"/proc/{pid}/stat");
            return Parse(stat[..RandomAccess.Read(file, stat, 0)]);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the text of a stat file; null when it is not one.</summary>
    internal static ProcessUsage? Parse(ReadOnlySpan<byte> stat)
    {
        // The name in parentheses may contain anything, also parentheses: fields are counted from the last one.
        var end = stat.LastIndexOf((byte)')');
        if (end < 0)
        {
            return null;
        }

        long user = 0, system = 0, pages = 0;
        var field = 2;
        foreach (var range in stat[(end + 1)..].Split((byte)' '))
        {
            var text = stat[(end + 1)..][range];
            if (text.IsEmpty)
            {
                continue;
            }

            field++;
            if (field is 14 or 15 or 24 && Utf8Parser.TryParse(text, out long value, out _))
            {
                (field == 14 ? ref user : ref field == 15 ? ref system : ref pages) = value;
            }
        }

        return field < 24 ? null : new(TimeSpan.FromTicks((user + system) * TicksPerClock), pages * _pageSize);
    }
}
