using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Supervisor.Logs;

/// <summary>
/// Counts the newlines in output, all of which goes through here. <c>Span.Count</c> makes a mask of every 16 bytes in a NativeAOT build, and was a seventh of what log capture
/// costs; sums that are looked at once in 255 rounds are a third of that.
/// </summary>
internal static class LineEnds
{
    private const byte End = (byte)'\n';
    private const int MostRounds = byte.MaxValue; // what a sum can hold

    /// <summary>Newlines in <paramref name="text"/>.</summary>
    public static int Count(ReadOnlySpan<byte> text)
    {
        const int Round = 4 * 16;
        ref var start = ref MemoryMarshal.GetReference(text);
        var (ends, count, at) = (Vector128.Create(End), 0, 0);
        for (var left = text.Length / Round; left > 0;)
        {
            var (first, second, third, fourth) = (Vector128<byte>.Zero, Vector128<byte>.Zero, Vector128<byte>.Zero, Vector128<byte>.Zero);
            var rounds = Math.Min(left, MostRounds);
            for (var round = 0; round < rounds; round++, at += Round)
            {
                // Equal bytes are -1.
                first -= Vector128.Equals(Vector128.LoadUnsafe(ref start, (nuint)at), ends);
                second -= Vector128.Equals(Vector128.LoadUnsafe(ref start, (nuint)at + 16), ends);
                third -= Vector128.Equals(Vector128.LoadUnsafe(ref start, (nuint)at + 32), ends);
                fourth -= Vector128.Equals(Vector128.LoadUnsafe(ref start, (nuint)at + 48), ends);
            }

            count += Sum(first) + Sum(second) + Sum(third) + Sum(fourth);
            left -= rounds;
        }

        return count + text[at..].Count(End);
    }

    private static int Sum(Vector128<byte> bytes) => Vector128.Sum(Vector128.WidenLower(bytes) + Vector128.WidenUpper(bytes));
}
