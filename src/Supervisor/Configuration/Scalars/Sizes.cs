using System.Globalization;

namespace Supervisor.Configuration.Scalars;

/// <summary>Bytes: <c>4096</c>, <c>64MiB</c> (1024), <c>10MB</c> (1000).</summary>
internal static class Sizes
{
    public const string Expected = "a size such as 4096, 64MiB or 10MB";

    private static readonly (string Unit, ulong Bytes)[] _units =
    [
        ("TiB", 1UL << 40), ("GiB", 1UL << 30), ("MiB", 1UL << 20), ("KiB", 1UL << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("KB", 1000), ("B", 1),
    ];

    public static bool TryParse(string text, out ulong bytes)
    {
        var (digits, factor) = (text, 1UL);
        foreach (var (unit, value) in _units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                (digits, factor) = (text[..^unit.Length].TrimEnd(' '), value);
                break;
            }
        }

        bytes = 0;
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > ulong.MaxValue / factor)
        {
            return false;
        }

        bytes = number * factor;
        return true;
    }
}
