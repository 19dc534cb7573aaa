using System.Globalization;

namespace Supervisor.Cli;

/// <summary>Moments as people at this machine read them.</summary>
internal static class ClockText
{
    /// <summary><c>14:03:04</c></summary>
    public static string Time(DateTimeOffset at, TimeZoneInfo zone) => Format(at, zone, "HH:mm:ss");

    /// <summary><c>14:03:04.112</c></summary>
    public static string Precise(DateTimeOffset at, TimeZoneInfo zone) => Format(at, zone, "HH:mm:ss.fff");

    /// <summary><c>2026-01-02 14:03:04</c></summary>
    public static string DayAndTime(DateTimeOffset at, TimeZoneInfo zone) => Format(at, zone, "yyyy-MM-dd HH:mm:ss");

    private static string Format(DateTimeOffset at, TimeZoneInfo zone, string format) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString(format, CultureInfo.InvariantCulture);
}
