using System.Globalization;

namespace Supervisor.Cli;

/// <summary>Sizes in words.</summary>
internal static class SizeText
{
    private static readonly string[] _units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary><c>84 MiB</c>, <c>1.5 GiB</c></summary>
    public static string Of(long bytes)
    {
        double size = bytes;
        var unit = 0;
        for (; size >= 1024 && unit < _units.Length - 1; unit++)
        {
            size /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size.ToString(size < 10 && unit > 1 ? "0.#" : "0", CultureInfo.InvariantCulture)} {_units[unit]}");
    }
}
