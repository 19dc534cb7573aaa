using System.Text;
using Serilog.Events;

namespace Supervisor.Hosting;

/// <summary>How one event of the supervisor's own log reads: pure.</summary>
internal static class LogLineFormat
{
    private const string Own = "supervisor";
    private const int JobColumn = 10;

    /// <summary>The line or lines of an event, each ended by a newline.</summary>
    public static string Of(LogEvent logEvent, LogOutputKind kind)
    {
        var lines = new StringBuilder();
        foreach (var line in Text(logEvent).AsSpan().EnumerateLines())
        {
            Append(lines, logEvent, kind, JobOf(logEvent), line);
        }

        return lines.ToString();
    }

    /// <summary>The whole message after the name of its job, as one text.</summary>
    public static string Message(LogEvent logEvent) => (JobOf(logEvent) is { } job ? job + ": " : "") + Text(logEvent);

    /// <summary>The instance that an event is about; null: none.</summary>
    public static string? JobOf(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue("Job", out var value) && value is ScalarValue { Value: string name } ? name : null;

    /// <summary>A line that is no event: what is said before there is a log, or instead of one.</summary>
    public static string Bare(LogEventLevel level, string text, LogOutputKind kind) =>
        kind == LogOutputKind.Journal ? $"<{Priority(level)}>{text}\n" : text + "\n";

    /// <summary>The syslog priority of a level (sd-daemon(3)).</summary>
    public static int Priority(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };

    private static string Text(LogEvent logEvent) =>
        logEvent.Exception is { } exception ? $"{logEvent.RenderMessage()}: {exception}" : logEvent.RenderMessage();

    private static void Append(StringBuilder to, LogEvent logEvent, LogOutputKind kind, string? job, ReadOnlySpan<char> line)
    {
        switch (kind)
        {
            case LogOutputKind.Journal:
                to.Append('<').Append(Priority(logEvent.Level)).Append('>');
                if (job is not null)
                {
                    to.Append(job).Append(": ");
                }

                to.Append(line);
                break;
            case LogOutputKind.Terminal:
                to.Append($"{logEvent.Timestamp.ToLocalTime():HH:mm:ss} ").Append((job ?? Own).PadRight(JobColumn)).Append(' ').Append(line);
                break;
            case LogOutputKind.ColourTerminal:
                to.Append($"\e[2m{logEvent.Timestamp.ToLocalTime():HH:mm:ss}\e[0m ");
                to.Append(job is null ? "\e[2m" : "\e[36m").Append((job ?? Own).PadRight(JobColumn)).Append("\e[0m ");
                to.Append(Colour(logEvent.Level)).Append(line).Append("\e[0m");
                break;
            default:
                to.Append($"{logEvent.Timestamp.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Word(logEvent.Level)} ").Append(job ?? Own).Append(": ");
                to.Append(line);
                break;
        }

        to.Append('\n');
    }

    private static string Colour(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal or LogEventLevel.Error => "\e[31m",
        LogEventLevel.Warning => "\e[33m",
        _ => "",
    };

    private static string Word(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "fatal",
        LogEventLevel.Error => "error",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Information => "info",
        _ => "debug",
    };
}
