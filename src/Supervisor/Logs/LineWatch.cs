using System.Text;
using System.Text.RegularExpressions;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>
/// Looks for the first line that matches, of each stream for itself. The expression runs without backtracking, and of a line only the first 4096 bytes are looked
/// at: the cost of a byte is bounded, whatever the job writes. The log thread's.
/// </summary>
internal sealed class LineWatch(long spawnId, string pattern)
{
    private const int LongestShown = 200;

    // RegexOptions.NonBacktracking: linear in the input.
    private readonly Regex _regex = new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    private readonly byte[][] _lines = [new byte[ReadyByLog.LongestLine], new byte[ReadyByLog.LongestLine]];
    private readonly int[] _lengths = new int[2];
    private readonly char[] _text = new char[ReadyByLog.LongestLine];

    /// <summary>More output: what is to be told when a line of it matches; null: none does.</summary>
    public ShownReady? Take(LogStream stream, ReadOnlySpan<byte> chunk)
    {
        while (!chunk.IsEmpty)
        {
            var end = chunk.IndexOf((byte)'\n');
            Keep(stream, end < 0 ? chunk : chunk[..end]);
            if (end < 0)
            {
                return null;
            }

            chunk = chunk[(end + 1)..];
            var length = Encoding.UTF8.GetChars(_lines[(int)stream].AsSpan(0, _lengths[(int)stream]), _text);
            _lengths[(int)stream] = 0;
            var line = _text.AsSpan(0, length).TrimEnd('\r');
            if (_regex.IsMatch(line))
            {
                return new(spawnId, Ready: true, $"its output says: {Shown(line)}");
            }
        }

        return null;
    }

    private void Keep(LogStream stream, ReadOnlySpan<byte> part)
    {
        ref var length = ref _lengths[(int)stream];
        var kept = part[..Math.Min(part.Length, ReadyByLog.LongestLine - length)];
        kept.CopyTo(_lines[(int)stream].AsSpan(length));
        length += kept.Length;
    }

    // For people's terminals.
    private static string Shown(ReadOnlySpan<char> line)
    {
        var text = new StringBuilder();
        foreach (var one in line.Length > LongestShown ? line[..LongestShown] : line)
        {
            text.Append(char.IsControl(one) || char.GetUnicodeCategory(one) is System.Globalization.UnicodeCategory.Format ? '\uFFFD' : one);
        }

        return text.Append(line.Length > LongestShown ? "..." : "").ToString();
    }
}
