using Supervisor.Jobs;

namespace Supervisor.Cleanup;

/// <summary>What the bytes of a journal say: pure, and never an exception, whatever they are.</summary>
/// <param name="Header">What kind of file it is.</param>
/// <param name="Version">Its version, when it is a journal at all.</param>
/// <param name="Records">Every record that is whole, in order.</param>
/// <param name="LastNumber">Number of the last one.</param>
/// <param name="End">Where the next frame would stand.</param>
/// <param name="TornBytes">Bytes at the end that were not written completely: nothing that was promised.</param>
/// <param name="DamagedBytes">Bytes amid whole records, or records that cannot be read: something that was promised may be lost.</param>
internal sealed record JournalScan(
    Frame.Header Header, uint Version, IReadOnlyList<CleanupRecord> Records, ulong LastNumber, int End, int TornBytes, int DamagedBytes)
{
    /// <summary>Whether it can be gone on with as it is.</summary>
    public bool IsSound => Header is Frame.Header.Ours && DamagedBytes == 0;

    /// <summary>Reads a file.</summary>
    public static JournalScan Of(ReadOnlySpan<byte> file)
    {
        var header = Frame.ReadHeader(file, out var version);
        // A damaged header says nothing of the frames, so they are looked for all the same; those of another version are not ours to read.
        if (header is Frame.Header.Newer)
        {
            return new(header, version, [], 0, 0, 0, 0);
        }

        var records = new List<CleanupRecord>();
        var (at, last, damaged, torn) = (Frame.HeaderSize, 0UL, 0, 0);
        while (at < file.Length)
        {
            if (Frame.TryRead(file[at..], out var number, out var kind, out var payload) && number > last)
            {
                last = number;
                at += Frame.SizeOf(payload.Length);
                if (RecordJson.Read(kind, payload) is { } record)
                {
                    records.Add(record);
                }
                else
                {
                    damaged += payload.Length;
                }

                continue;
            }

            var next = NextFrame(file, at + 8, last);
            if (next < 0)
            {
                torn = UsedBytes(file[at..]);
                break;
            }

            damaged += next - at;
            at = next;
        }

        return new(header, version, records, last, Math.Min(at, file.Length), torn, damaged);
    }

    private static int NextFrame(ReadOnlySpan<byte> file, int from, ulong last)
    {
        for (var at = from; at + Frame.Overhead <= file.Length; at += 8)
        {
            if (Frame.TryRead(file[at..], out var number, out _, out _) && number > last)
            {
                return at;
            }
        }

        return -1;
    }

    private static int UsedBytes(ReadOnlySpan<byte> rest) => rest.LastIndexOfAnyExcept((byte)0) + 1;
}
