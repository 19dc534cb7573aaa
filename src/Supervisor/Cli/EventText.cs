using Supervisor.Control.Messages;

namespace Supervisor.Cli;

/// <summary>An event as a line.</summary>
internal static class EventText
{
    private const int NameWidth = 12;

    /// <summary><c>   17 14:03:55 migrate      exited with code 0 after 1.0 s; completed</c></summary>
    public static string Line(EventMessage happened, bool wide, bool colours, TimeZoneInfo zone)
    {
        var name = PlainText.Of(happened.Job ?? "supervisor").PadRight(NameWidth);
        var more = wide ? $"{happened.Level,-11} {happened.State ?? "-",-10} {(happened.Attempt == 0 ? "-" : $"{happened.Attempt}"),3} " : "";
        var at = wide ? ClockText.DayAndTime(happened.At, zone) : ClockText.Time(happened.At, zone);
        var text = StateColour.Paint(PlainText.Of(happened.Text), StateColour.OfLevel(happened.Level), colours);
        return wide ? $"{happened.Boot}:{happened.Sequence,-5} {at} {name} {more}{text}" : $"{happened.Sequence,5} {at} {name} {text}";
    }
}
