using System.Globalization;

namespace Supervisor.Cli;

/// <summary>Durations as people write them on the command line: the same as in the configuration.</summary>
internal static class DurationText
{
    private static readonly (string Unit, double Seconds)[] _units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    /// <summary>Reads <c>500ms</c>, <c>30s</c>, <c>1h30m</c>; a bare number means seconds.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bare))
        {
            time = TimeSpan.FromSeconds(bare);
            return true;
        }

        var seconds = 0.0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9') is var end && end < 0 ? rest.Length : end;
            var letters = rest[digits..].IndexOfAnyInRange('0', '9') is var next && next < 0 ? rest.Length : digits + next;
            var factor = UnitOf(rest[digits..letters]);
            if (factor == 0 || !uint.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            seconds += number * factor;
            rest = rest[letters..];
        }

        time = seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        return text.Length > 0;
    }

    private static double UnitOf(ReadOnlySpan<char> name)
    {
        foreach (var (unit, seconds) in _units)
        {
            if (name.SequenceEqual(unit))
            {
                return seconds;
            }
        }

        return 0;
    }
}
