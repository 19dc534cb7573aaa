using System.Collections.Immutable;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;

namespace Supervisor.SharedMemory;

/// <summary>
/// Reads a board while the job may write anything at any moment: everything is copied once, then checked, then believed; nothing read decides how
/// much is read or where.
/// </summary>
internal sealed unsafe class BoardReading(Mapping mapping)
{
    // A writer holds a sequence odd for nanoseconds; one that still does after this many looks was interrupted, is dead, or does not mean well.
    private const int Tries = 64;

    private readonly Lock _gate = new();
    private ulong? _heartbeat;
    private long? _changed;

    /// <summary>What the board says now; null: it is gone. <paramref name="monotonic"/>: now, in ns.</summary>
    public BoardSnapshot? Read(long monotonic)
    {
        var borrowed = false;
        try
        {
            mapping.DangerousAddRef(ref borrowed);
            return Snapshot(mapping.Address, monotonic);
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            if (borrowed)
            {
                mapping.DangerousRelease();
            }
        }
    }

    private BoardSnapshot Snapshot(byte* page, long monotonic)
    {
        var problems = new List<string>(0);
        var heartbeat = Volatile.Read(ref *(ulong*)(page + BoardLayout.Heartbeat));
        var snapshot = new BoardSnapshot { Heartbeat = heartbeat, HeartbeatAge = AgeOf(heartbeat, monotonic) };
        var magic = *(ulong*)(page + BoardLayout.Magic);
        var version = *(uint*)(page + BoardLayout.Version);
        if (magic != BoardLayout.MagicValue || version != BoardLayout.AbiVersion)
        {
            // Another version may have anything anywhere but the heartbeat.
            var what = magic != BoardLayout.MagicValue ? "the header has been overwritten" : $"it claims ABI version {version}, this supervisor knows {BoardLayout.AbiVersion}";
            return snapshot with { Problems = [$"{what}; only the heartbeat is read"] };
        }

        var phase = *(uint*)(page + BoardLayout.Phase);
        if (phase > (uint)BoardPhase.Stopping)
        {
            problems.Add($"phase {phase} is not one of 0..3");
            phase = 0;
        }

        return snapshot with
        {
            Phase = phase == 0 ? null : (BoardPhase)phase,
            Progress = ReadProgress(page, problems),
            StatusText = ReadStatus(page, problems),
            Counters = BoardCounters.Read(page, problems),
            Problems = problems.Count == 0 ? [] : [.. problems],
        };
    }

    // No clock is stored with a heartbeat (that is what makes it one store), so its age counts from the reading that first found it.
    private TimeSpan? AgeOf(ulong heartbeat, long monotonic)
    {
        lock (_gate)
        {
            if (heartbeat != _heartbeat)
            {
                // A first reading cannot tell how old what it finds is.
                (_changed, _heartbeat) = (_heartbeat is null ? null : monotonic, heartbeat);
            }

            return heartbeat == 0 || _changed is not { } changed ? null : TimeSpan.FromTicks(Math.Max(0, monotonic - changed) / 100);
        }
    }

    private static BoardProgress? ReadProgress(byte* page, List<string> problems)
    {
        ref var sequence = ref *(uint*)(page + BoardLayout.ProgressSequence);
        for (var tries = 0; tries < Tries; tries++)
        {
            var before = Volatile.Read(ref sequence);
            var progress = new BoardProgress(*(ulong*)(page + BoardLayout.ProgressDone), *(ulong*)(page + BoardLayout.ProgressTotal));
            Volatile.ReadBarrier();
            if ((before & 1) == 0 && before == Volatile.Read(ref sequence))
            {
                return before == 0 ? null : progress;
            }
        }

        problems.Add("its progress is being written without an end (was the writer interrupted?)");
        return null;
    }

    private static string? ReadStatus(byte* page, List<string> problems)
    {
        ref var sequence = ref *(uint*)(page + BoardLayout.StatusSequence);
        Span<byte> text = stackalloc byte[BoardLayout.StatusTextSize];
        for (var tries = 0; tries < Tries; tries++)
        {
            var before = Volatile.Read(ref sequence);
            if (before == 0)
            {
                return null;
            }

            var length = *(uint*)(page + BoardLayout.StatusLength);
            new ReadOnlySpan<byte>(page + BoardLayout.StatusText, BoardLayout.StatusTextSize).CopyTo(text);
            Volatile.ReadBarrier();
            if ((before & 1) == 0 && before == Volatile.Read(ref sequence))
            {
                if (length > BoardLayout.StatusTextSize)
                {
                    problems.Add($"its status claims {length} bytes, at most {BoardLayout.StatusTextSize} are there");
                    length = BoardLayout.StatusTextSize;
                }

                return BoardText.Clean(text[..(int)length], problems);
            }
        }

        problems.Add("its status is being written without an end (was the writer interrupted?)");
        return null;
    }
}
