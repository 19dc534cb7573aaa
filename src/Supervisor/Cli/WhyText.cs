using Supervisor.Control.Messages;
using Supervisor.Jobs;

namespace Supervisor.Cli;

/// <summary>The story of an instance in words.</summary>
internal static class WhyText
{
    private const int MostExits = 3;
    private const int MostStory = 8;

    /// <summary>The lines: where it stands and what comes, how the last runs ended, why it is restarted or not, what it said.</summary>
    public static IEnumerable<string> Lines(JobStoryMessage story, TimeZoneInfo zone, DateTimeOffset now)
    {
        yield return PlainText.Of(Headline(story.Job, zone, now));
        if (story.Job.ResourceWarning is { } warning)
        {
            yield return "  " + PlainText.Of(warning);
        }

        if (StatusText.OfLog(story.Job) is { } log)
        {
            yield return "  " + PlainText.Of(log);
        }

        foreach (var exit in story.Exits.Take(MostExits))
        {
            yield return "  " + PlainText.Of(Exit(exit, zone, now));
        }

        if (story.Exits is [{ Cause: "spawn-failed" }, ..] && story.Position is { } position)
        {
            yield return "  " + PlainText.Of($"the reason stands at {position}");
        }

        if (story.Exits.Count > 0)
        {
            yield return "  " + PlainText.Of($"restart: {story.Restart}");
        }

        foreach (var line in Column("story:", story.Story.TakeLast(MostStory).Select(line => $"{ClockText.Moment(line.At, zone, now)} {line.Text}")))
        {
            yield return line;
        }

        foreach (var line in Column("last lines:", story.LastLines.Select(
            line => $"{ClockText.PreciseMoment(line.At, zone, now)} {(line.Stream == "stdout" ? "out" : "err")}  {line.Text}")))
        {
            yield return line;
        }
    }

    /// <summary>"api is in back-off: attempt 4 starts in 3.2 s (at 14:03:11)."</summary>
    public static string Headline(JobMessage job, TimeZoneInfo zone, DateTimeOffset now)
    {
        var next = job.Next is { } due ? Next(due, job.State == "backoff" ? " starts" : "", zone, now) : null;
        return job.State switch
        {
            "backoff" => $"{job.Name} is in back-off{(next is null ? "" : ": " + next)}.",
            "ready" or "running" or "reloading" => $"{job.Name} is {job.State}{Running(job)}{Then(job.StatusText, next)}.",
            "failed" => $"{job.Name} has been given up{Then(job.StatusText, next)}. `supervisor start {job.Name}` tries again.",
            "completed" => $"{job.Name} is completed since {ClockText.Moment(job.Since, zone, now)}{Then(job.StatusText, next)}.",
            "stopped" => $"{job.Name} is stopped{Then(job.StatusText, next)}; `supervisor start {job.Name}` starts it.",
            _ => $"{job.Name} is {job.State}{Then(job.StatusText, next)}.",
        };
    }

    private static string Running(JobMessage job) => (job.Pid, job.UptimeSeconds) switch
    {
        ({ } pid, { } up) => $" (pid {pid}, for {InWords.Of(TimeSpan.FromSeconds(up))})",
        ({ } pid, null) => $" (pid {pid})",
        _ => "",
    };

    private static string Then(string? status, string? next) =>
        (status is null ? "" : ": " + status) + (next is null ? "" : (status is null ? ", next: " : "; next: ") + next);

    private static string Next(NextMessage next, string verb, TimeZoneInfo zone, DateTimeOffset now) => next switch
    {
        { InSeconds: { } seconds, At: { } at } => $"{next.Action}{verb} in {InWords.Of(TimeSpan.FromSeconds(seconds))} (at {(IsScheduled(next) ? ClockText.WithZone(at, zone) : ClockText.Moment(at, zone, now))})",
        _ => next.Action,
    };

    private static bool IsScheduled(NextMessage next) => next.Action == "run";

    private static string Exit(ExitMessage exit, TimeZoneInfo zone, DateTimeOffset now) => exit.Cause == "spawn-failed"
        ? $"attempt {exit.Attempt} {exit.Text} at {ClockText.Moment(exit.Ended, zone, now)}"
        : $"attempt {exit.Attempt} ran {InWords.Of(TimeSpan.FromSeconds(exit.DurationSeconds))} and {exit.Text} at {ClockText.Moment(exit.Ended, zone, now)}"
            + (exit.MemoryPeakBytes is { } all ? $", memory peak {SizeText.Of(all)}" : exit.MaxRssBytes is { } peak ? $", max RSS {SizeText.Of(peak)}" : "")
            + (exit.Cause != "oom-kill" && exit.OomKills > 0 ? $", {exit.OomKills} of its processes killed by the OOM killer" : "")
            + (exit.ThrottledSeconds > 0 ? $", waited {InWords.Of(TimeSpan.FromSeconds(exit.ThrottledSeconds.Value))} for its cpu limit" : "");

    private static IEnumerable<string> Column(string title, IEnumerable<string> lines) =>
        lines.Select((line, index) => $"  {(index == 0 ? title : "").PadRight(13)}{PlainText.Of(line)}");
}
