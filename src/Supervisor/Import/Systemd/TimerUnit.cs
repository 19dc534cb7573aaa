using System.Text.RegularExpressions;

namespace Supervisor.Import.Systemd;

/// <summary>A .timer unit: the job gets a schedule, where its calendar can be said as cron.</summary>
internal static partial class TimerUnit
{
    private static readonly string[] _days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    public static void Import(UnitKeys keys)
    {
        _ = (keys.All("Unit", "Description"), keys.All("Install", "WantedBy"), keys.All("Timer", "Unit"));
        foreach (var entry in keys.All("Timer", "OnCalendar"))
        {
            var (calendar, zone) = Zoned(entry.Value);
            if (Cron(calendar) is { } cron && keys.Part.Get("schedule.cron") is null)
            {
                keys.Part.Set("schedule.cron", cron, entry.Line);
                if (zone is not null)
                {
                    keys.Part.Set("schedule.timezone", zone, entry.Line);
                }
            }
            else
            {
                keys.Part.Note(entry.Line, keys.Part.Get("schedule.cron") is null ? "say it as cron: schedule: {cron: \"MIN HOUR DAY MONTH WEEKDAY\", timezone: ZONE}; without a schedule it runs only when it is started" : "a job has one schedule");
            }
        }

        var hasSchedule = keys.Part.Get("schedule.cron") is not null;
        if (!hasSchedule && keys.Part.Get("start") is null)
        {
            // A timer's program is not for every start of the supervisor.
            keys.Part.Set("start", "manual");
        }

        if (keys.All("Timer", "RandomizedDelaySec").LastOrDefault() is { } random && keys.Time(random) is { } jitter && jitter is not ("0s" or "none"))
        {
            Add(keys, hasSchedule, "schedule.jitter", DraftValue.Of(jitter), random);
        }

        if (keys.All("Timer", "Persistent").LastOrDefault() is { } persistent && UnitKeys.IsTrue(persistent))
        {
            Add(keys, hasSchedule, "schedule.catch_up", DraftValue.True, persistent);
        }

        keys.TellRest(entry => entry.Key is "OnBootSec" or "OnStartupSec" or "OnActiveSec" or "OnUnitActiveSec" or "OnUnitInactiveSec"
            ? "a schedule is a calendar: schedule: {cron: \"*/15 * * * *\"}" : entry.Section == "Timer" ? "no counterpart" : UnitReasons.For(entry));
    }

    private static void Add(UnitKeys keys, bool hasSchedule, string path, DraftValue value, UnitEntry entry)
    {
        if (hasSchedule)
        {
            keys.Part.Set(path, value, entry.Line);
        }
        else
        {
            keys.Part.Note(entry.Line, $"say it with the schedule: {path}");
        }
    }

    // "02:30 Europe/Zurich": systemd.time(7) has the zone last.
    private static (string Calendar, string? Zone) Zoned(string value)
    {
        var at = value.LastIndexOf(' ');
        var last = value[(at + 1)..];
        return at > 0 && char.IsAsciiLetter(last[0]) && TimeZoneInfo.TryFindSystemTimeZoneById(last, out _) ? (value[..at].TrimEnd(), last) : (value, null);
    }

    /// <summary>The cron expression of a simple calendar event; null when there is none.</summary>
    public static string? Cron(string calendar)
    {
        switch (calendar.ToLowerInvariant())
        {
            case "minutely": return "* * * * *";
            case "hourly": return "0 * * * *";
            case "daily": return "0 0 * * *";
            case "weekly": return "0 0 * * 1";
            case "monthly": return "0 0 1 * *";
            case "quarterly": return "0 0 1 1,4,7,10 *";
            case "semiannually": return "0 0 1 1,7 *";
            case "yearly" or "annually": return "0 0 1 1 *";
        }

        if (Calendar().Match(calendar) is not { Success: true } found)
        {
            return null;
        }

        var days = found.Groups["days"] is { Success: true } named ? Weekdays(named.Value) : "*";
        var (month, day) = found.Groups["month"].Success ? (Part(found.Groups["month"].Value), Part(found.Groups["day"].Value)) : ("*", "*");
        var (hour, minute) = found.Groups["hour"].Success ? (Part(found.Groups["hour"].Value), Part(found.Groups["minute"].Value)) : ("0", "0");
        return days is null || month is null || day is null || hour is null || minute is null || (days != "*" && day != "*") ? null
            : $"{minute} {hour} {day} {month} {days}";
    }

    private static string? Weekdays(string text)
    {
        var days = text.Replace("..", "-", StringComparison.Ordinal);
        for (var i = 0; i < _days.Length; i++)
        {
            days = Regex.Replace(days, $@"\b{_days[i]}[a-z]*", i.ToString(), RegexOptions.IgnoreCase);
        }

        // Monday to Sunday counts to 7 in cron.
        days = days.Replace("-0", "-7", StringComparison.Ordinal);
        return days.All(c => char.IsAsciiDigit(c) || c is ',' or '-') ? days : null;
    }

    // 0/15 is every fifteenth; 06 is 6; 1..5 is a range.
    private static string? Part(string text)
    {
        var parts = text.Split(',').Select(part =>
            part == "*" ? "*"
            : Step().Match(part) is { Success: true } step ? $"{(step.Groups[1].Value is "*" or "0" or "00" ? "*" : int.Parse(step.Groups[1].Value) + "-59")}/{int.Parse(step.Groups[2].Value)}"
            : Range().Match(part) is { Success: true } range ? $"{int.Parse(range.Groups[1].Value)}-{int.Parse(range.Groups[2].Value)}"
            : part.Length is > 0 and < 3 && part.All(char.IsAsciiDigit) ? int.Parse(part).ToString() : null).ToList();
        return parts.Contains(null) ? null : string.Join(',', parts);
    }

    [GeneratedRegex(@"^((?<days>[A-Za-z][A-Za-z,.]*) +)?(\*-(?<month>[0-9*,./]+)-(?<day>[0-9*,./]+))?( *(?<hour>[0-9*,./]+):(?<minute>[0-9*,./]+)(:0?0)?)?$")]
    private static partial Regex Calendar();

    [GeneratedRegex(@"^(\*|[0-9]{1,2})/([0-9]{1,2})$")]
    private static partial Regex Step();

    [GeneratedRegex(@"^([0-9]{1,2})\.\.([0-9]{1,2})$")]
    private static partial Regex Range();
}
