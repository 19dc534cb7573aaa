using System.Globalization;

namespace Supervisor.Cli;

/// <summary>Moments as people at this machine read them.</summary>
internal static class ClockText
{
    /// <summary><c>14:03:04</c></summary>
    public static string Time(DateTimeOffset at, TimeZoneInfo zone) => Format(at, zone, "HH:mm:ss");

    /// <summary><c>14:03:04.112</c></summary>
    public static string Precise(DateTimeOffset at, TimeZoneInfo zone) => Format(at, zone, "HH:mm:ss.fff");

    /// <summary>As <see cref="Time"/> when that is today, else as <see cref="DayAndTime"/>.</summary>
    public static string Moment(DateTimeOffset at, TimeZoneInfo zone, DateTimeOffset now) => IsToday(at, zone, now) ? Time(at, zone) : DayAndTime(at, zone);

    /// <summary>As <see cref="Precise"/> when that is today, with the day before it when not; blanks for an unknown moment.</summary>
    public static string PreciseMoment(DateTimeOffset? at, TimeZoneInfo zone, DateTimeOffset now) =>
        at is { } known && !IsToday(known, zone, now) ? Format(known, zone, "yyyy-MM-dd HH:mm:ss.fff") : PreciseOrBlank(at, zone);

    /// <summary>With day and zone: for what a calendar decides, whose zone may be another. <c>2026-01-02 14:03:04 +01:00</c></summary>
    public static string WithZone(DateTimeOffset at, TimeZoneInfo zone) => Jobs.InWords.Of(TimeZoneInfo.ConvertTime(at, zone));

    /// <summary><c>2026-01-02 14:03:04</c></summary>
    public static string DayAndTime(DateTimeOffset at, TimeZoneInfo zone) => Format(at, zone, "yyyy-MM-dd HH:mm:ss");

    /// <summary>As <see cref="Precise"/>; as many blanks for an unknown moment.</summary>
    public static string PreciseOrBlank(DateTimeOffset? at, TimeZoneInfo zone) => at is { } known ? Precise(known, zone) : new(' ', "HH:mm:ss.fff".Length);

    /// <summary>As <see cref="DayAndTime"/>; as many blanks for an unknown moment.</summary>
    public static string DayAndTimeOrBlank(DateTimeOffset? at, TimeZoneInfo zone) =>
        at is { } known ? DayAndTime(known, zone) : new(' ', "yyyy-MM-dd HH:mm:ss".Length);

    private static bool IsToday(DateTimeOffset at, TimeZoneInfo zone, DateTimeOffset now) =>
        TimeZoneInfo.ConvertTime(at, zone).Date == TimeZoneInfo.ConvertTime(now, zone).Date;

    private static string Format(DateTimeOffset at, TimeZoneInfo zone, string format) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString(format, CultureInfo.InvariantCulture);
}
