using Cronos;

namespace Supervisor.Scheduling;

/// <summary>
/// The times that a cron expression means by the clock of a zone. Daylight saving time: a time that the clock leaps over in spring is taken at the moment of the
/// leap, once; one that comes twice in autumn is taken the first time only, unless the expression repeats within the hour (<c>*/10 * * * *</c>), which
/// then goes on through both.
/// </summary>
public sealed class Calendar
{
    // Nothing depends on it but whether the expression can come true at all.
    private static readonly DateTimeOffset _someDay = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // How every message of the library begins; the place is told already.
    private const string TheirWords = "The given cron expression has an invalid format.";

    private readonly CronExpression _expression;
    private readonly TimeZoneInfo _zone;

    private Calendar(CronExpression expression, TimeZoneInfo zone) => (_expression, _zone) = (expression, zone);

    /// <summary>Reads an expression; what is wrong with it in words when it is none.</summary>
    public static Calendar? Read(string cron, TimeZoneInfo zone, out string? problem)
    {
        var fields = cron.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        problem = fields is [] or [['@', ..]] || fields.Length is 5 or 6 ? null
            : $"it has {fields.Length} field{(fields.Length == 1 ? "" : "s")}; minute, hour, day of month, month and day of week are five";
        if (problem is not null)
        {
            return null;
        }

        try
        {
            var withSeconds = fields.Length == 6;
            var calendar = new Calendar(CronExpression.Parse(cron, withSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard), zone);
            problem = calendar.Next(_someDay) is null ? "there is no such day" : null;
            return problem is null ? calendar : null;
        }
        catch (CronFormatException wrong)
        {
            problem = wrong.Message.Replace(TheirWords, "", StringComparison.Ordinal).Trim().TrimEnd('.');
            return null;
        }
    }

    /// <summary>The zone of that name (null: the machine's own); null when this machine does not know it.</summary>
    public static TimeZoneInfo? Zone(string? name)
    {
        if (name is null)
        {
            return TimeZoneInfo.Local;
        }

        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception unknown) when (unknown is TimeZoneNotFoundException or InvalidTimeZoneException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The first time after <paramref name="after"/>; null: there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => _expression.GetNextOccurrence(after, _zone);
}
