using System.Globalization;

namespace Supervisor.Import.Systemd;

/// <summary>Time spans of systemd.time(7): <c>5</c>, <c>1min 30s</c>, <c>500ms</c>, <c>infinity</c>.</summary>
internal static class UnitTimes
{
    private static readonly Dictionary<string, double> _seconds = new()
    {
        [""] = 1,
        ["s"] = 1,
        ["sec"] = 1,
        ["second"] = 1,
        ["seconds"] = 1,
        ["m"] = 60,
        ["min"] = 60,
        ["minute"] = 60,
        ["minutes"] = 60,
        ["h"] = 3600,
        ["hr"] = 3600,
        ["hour"] = 3600,
        ["hours"] = 3600,
        ["d"] = 86400,
        ["day"] = 86400,
        ["days"] = 86400,
        ["w"] = 604800,
        ["week"] = 604800,
        ["weeks"] = 604800,
        ["ms"] = 0.001,
        ["msec"] = 0.001,
        ["us"] = 0.000001,
        ["usec"] = 0.000001,
        ["M"] = 2629800,
        ["month"] = 2629800,
        ["months"] = 2629800,
        ["y"] = 31557600,
        ["year"] = 31557600,
        ["years"] = 31557600,
    };

    /// <param name="text">As it is written.</param>
    /// <param name="time">null: infinity.</param>
    public static bool TryParse(string text, out TimeSpan? time)
    {
        time = null;
        if (text is "infinity")
        {
            return true;
        }

        var (sum, at) = (0.0, 0);
        while (at < text.Length)
        {
            var digits = at;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
            {
                digits++;
            }

            var unit = digits;
            while (unit < text.Length && text[unit] == ' ')
            {
                unit++;
            }

            var end = unit;
            while (end < text.Length && char.IsAsciiLetter(text[end]))
            {
                end++;
            }

            if (!double.TryParse(text[at..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || !_seconds.TryGetValue(text[unit..end], out var seconds))
            {
                return false;
            }

            sum += number * seconds;
            for (at = end; at < text.Length && text[at] == ' ';)
            {
                at++;
            }
        }

        // Longer than anybody lives is for ever.
        if (text.Length > 0 && sum < 3e9)
        {
            time = TimeSpan.FromTicks((long)Math.Round(sum * TimeSpan.TicksPerSecond));
        }

        return text.Length > 0;
    }
}
