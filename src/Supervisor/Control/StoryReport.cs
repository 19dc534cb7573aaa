using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Supervisor.Control.Messages;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>What <c>why</c> tells.</summary>
internal static class StoryReport
{
    private const int LastLines = 10;

    /// <summary>The story of one instance.</summary>
    public static JobStoryMessage Of(InstanceSnapshot instance, Instant now, ILogReader logs, int count, INotificationReader? notifications) => new(
        StatusReport.Of(instance, now, logs, count, notifications),
        Restart(instance),
        Position(instance),
        [.. instance.Exits.Select(StatusReport.Of)],
        [.. instance.Story.Select(line => new StoryLineMessage(
            line.Sequence, line.At, line.Attempt, line.State.Word(), Word(line.Level), line.Text))],
        [.. logs.LastLines(instance.Name, LastLines).Select(line => Of(instance.Name.ToString(), line))]);

    /// <summary>One line of a log.</summary>
    public static LogLineMessage Of(string name, LogLine line) => new(
        name,
        line.At,
        line.Stream is LogStream.Stdout ? "stdout" : "stderr",
        Encoding.UTF8.GetString(line.Text.Span),
        Utf8.IsValid(line.Text.Span) ? null : Convert.ToBase64String(line.Text.Span),
        line.Missed);

    /// <summary><c>on-failure, delay 100 ms x2 up to 30 s; SIGSEGV is not in the success list</c></summary>
    private static string Restart(InstanceSnapshot instance)
    {
        var restart = instance.Spec.Restart;
        var text = new StringBuilder(restart.Policy switch
        {
            RestartPolicy.Always => "always",
            RestartPolicy.OnFailure => "on-failure",
            _ => "never",
        });
        if (restart.Policy is not RestartPolicy.Never)
        {
            text.Append(CultureInfo.InvariantCulture, $", delay {InWords.Of(restart.Delay)} x{restart.Factor} up to {InWords.Of(restart.MaxDelay)}");
        }

        if (restart.Limit is { } limit)
        {
            text.Append($", at most {InWords.Count(limit, "restart")}");
            text.Append(restart.Within is { } within ? $" within {InWords.Of(within)}" : "");
        }

        if (instance.LastExit is { Status: { } status } exit)
        {
            var end = status.Code is { } code ? $"code {code}" : $"{status.Signal}";
            text.Append(restart.NeverOn.Any(match => Is(match, status)) ? $"; {end} is in the never_on list"
                : restart.AlwaysOn.Any(match => Is(match, status)) ? $"; {end} is in the always_on list"
                : exit.Success ? $"; {end} is in the success list"
                : exit.Cause is ExitCause.Exited or ExitCause.Signal or ExitCause.Core ? $"; {end} is not in the success list"
                : $"; {exit.Cause.Word()} is never success, however it ends");
        }

        return text.ToString();
    }

    private static bool Is(ExitMatch match, ExitStatus status) =>
        match.Code is not null ? match.Code == status.Code : match.Signal == status.Signal;

    private static string? Position(InstanceSnapshot instance) =>
        instance.LastExit?.Failure?.Step.ConfigurationKey() is { } key && instance.Definition.PositionOf(key) is { } position
            ? $"{position} {key}"
            : null;

    /// <summary>The word for a level.</summary>
    public static string Word(StoryLevel level) => level switch
    {
        StoryLevel.Detail => "detail",
        StoryLevel.Information => "information",
        StoryLevel.Warning => "warning",
        _ => "error",
    };
}
