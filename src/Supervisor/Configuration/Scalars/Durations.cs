using System.Buffers;
using System.Globalization;
using System.Text;

namespace Supervisor.Configuration.Scalars;

/// <summary><c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>1h30m</c>, <c>2d</c>.</summary>
internal static class Durations
{
    public const string Expected = "a duration such as 500ms, 10s, 5m or 1h30m";

    private static readonly (string Unit, long Ticks)[] _units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    private static readonly SearchValues<char> _numberCharacters = SearchValues.Create("0123456789.");

    // A deadline is a monotonic time plus a duration: this never overflows.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(36_500);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        var (rest, unit, ticks) = (text, 0, 0m);
        while (rest.Length > 0)
        {
            var digits = rest.AsSpan().IndexOfAnyExcept(_numberCharacters);
            var letters = digits < 1 ? -1 : rest.AsSpan(digits).IndexOfAnyInRange('0', '9');
            var word = digits < 1 ? "" : letters < 0 ? rest[digits..] : rest.Substring(digits, letters);
            var found = Array.FindIndex(_units, unit, entry => entry.Unit == word);
            if (found < 0 || digits > 12
                || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            ticks += number * _units[found].Ticks;
            rest = rest[(digits + word.Length)..];
            unit = found + 1;
        }

        if (text.Length == 0 || ticks > _longest.Ticks)
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    public static string Write(TimeSpan duration)
    {
        var (text, rest) = (new StringBuilder(), duration.Ticks);
        foreach (var (unit, ticks) in _units[..^1])
        {
            text.Append(rest / ticks > 0 ? $"{rest / ticks}{unit}" : "");
            rest %= ticks;
        }

        text.Append(rest > 0 ? $"{(rest / (decimal)TimeSpan.TicksPerMillisecond).ToString("0.####", CultureInfo.InvariantCulture)}ms" : "");
        return text.Length == 0 ? "0s" : text.ToString();
    }
}
