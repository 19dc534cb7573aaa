using System.Collections.Immutable;
using System.Text;
using Supervisor.Jobs.Ports;

namespace Supervisor.SharedMemory;

/// <summary>Reads the table of counters and gauges.</summary>
internal static unsafe class BoardCounters
{
    private const uint Counter = 1;
    private const uint Gauge = 2;
    private const uint BeingNamed = 3;

    /// <summary>The valid entries; for each other one a problem.</summary>
    public static ImmutableArray<BoardCounter> Read(byte* page, List<string> problems)
    {
        ImmutableArray<BoardCounter>.Builder? counters = null;
        for (var index = 0; index < BoardLayout.CounterCapacity; index++)
        {
            var entry = page + BoardLayout.Counters + (index * BoardLayout.CounterSize);
            var kind = Volatile.Read(ref *(uint*)(entry + BoardLayout.CounterKind));
            if (kind is 0 or BeingNamed)
            {
                continue;
            }

            var value = Volatile.Read(ref *(ulong*)(entry + BoardLayout.CounterValue));
            if (kind > Gauge)
            {
                problems.Add($"entry {index} of its counters has the unknown kind {kind}");
            }
            else if (NameOf(entry) is not { } name)
            {
                problems.Add($"entry {index} of its counters has no valid name");
            }
            else if (counters?.Any(other => other.Name == name) == true)
            {
                problems.Add($"its counter {name} is there twice; the first one counts");
            }
            else
            {
                (counters ??= ImmutableArray.CreateBuilder<BoardCounter>(4)).Add(new(name, kind == Gauge, value));
            }
        }

        return counters?.DrainToImmutable() ?? [];
    }

    private static string? NameOf(byte* entry)
    {
        Span<byte> name = stackalloc byte[BoardLayout.CounterNameSize];
        new ReadOnlySpan<byte>(entry + BoardLayout.CounterName, BoardLayout.CounterNameSize).CopyTo(name);
        var length = name.IndexOf((byte)0);
        if (length <= 0 || char.IsAsciiDigit((char)name[0]))
        {
            return null;
        }

        foreach (var letter in name[..length])
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter != '_')
            {
                return null;
            }
        }

        return Encoding.ASCII.GetString(name[..length]);
    }
}
