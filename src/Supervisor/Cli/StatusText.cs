using Supervisor.Control.Messages;
using Supervisor.Jobs;

namespace Supervisor.Cli;

/// <summary>The table of <c>status</c>, and its exit code.</summary>
internal static class StatusText
{
    private static readonly string[] _header = ["JOB", "STATE", "PID", "UPTIME", "RESTARTS", "LAST EXIT", "NEXT"];
    private static readonly string[] _wideHeader =
        ["JOB", "STATE", "GOAL", "PID", "UPTIME", "ATTEMPT", "RESTARTS", "SINCE", "LAST EXIT", "ENDED", "RAN", "CPU", "MAX RSS", "PEAK", "NEXT", "STATUS"];

    /// <summary>The lines of the table.</summary>
    public static IEnumerable<string> Lines(StatusMessage status, bool wide, bool colours, TimeZoneInfo zone)
    {
        var table = new Table(wide ? _wideHeader : _header);
        foreach (var job in status.Jobs)
        {
            table.Add(StateColour.Of(job.State), wide ? Wide(job, zone) : Narrow(job));
        }

        return table.Lines(colours);
    }

    /// <summary>What people should know besides: another number of instances than the file says; output that was lost, or cannot be written.</summary>
    public static IEnumerable<string> Notes(StatusMessage status) =>
        Scaled(status).Concat(status.Jobs.Select(job => OfLog(job) is { } note ? $"{job.Name}: {note}" : null).OfType<string>()).Select(PlainText.Of);

    /// <summary>What is wrong with its log, or was; null: nothing.</summary>
    public static string? OfLog(JobMessage job)
    {
        var (log, lost) = (job.Log, job.Log.DroppedBytes > 0 ? $"{SizeText.Of(job.Log.DroppedBytes)} of its output ({job.Log.DroppedLines} lines) dropped" : null);
        return log.LastError is null ? lost : $"its log cannot be written: {log.LastError}" + (lost is null ? "" : $"; {lost}");
    }

    private static IEnumerable<string> Scaled(StatusMessage status) =>
        from job in status.Jobs.Where(job => job.Scaled is not null).DistinctBy(job => job.Job)
        select $"{job.Job}: scaled to {job.Scaled!.Instances}, the file says {job.Scaled.File}; `supervisor apply` goes back to it";

    /// <summary>0, or 3 when a job that shall be up is not, or has been given up. What people have stopped, or never started, is as it should be; the extra instance of a rolling restart is wanted by nobody for long.</summary>
    public static int ExitCode(IEnumerable<JobMessage> jobs) => jobs.All(IsAsWanted) ? ExitCodes.Done : ExitCodes.NotAllUp;

    private static bool IsAsWanted(JobMessage job) =>
        job.State is "running" or "ready" or "reloading" or "completed" or "scheduled" || job.Listening || job.Extra || (job.Goal == "down" && job.State != "failed");

    private static string[] Narrow(JobMessage job) =>
        [job.Name, job.State, Pid(job), Uptime(job), $"{job.Restarts}", Exit(job.LastExit), Next(job)];

    private static string[] Wide(JobMessage job, TimeZoneInfo zone) =>
    [
        job.Name, job.State, job.Goal, Pid(job), Uptime(job), $"{job.Attempt}", $"{job.Restarts}", ClockText.DayAndTime(job.Since, zone), Exit(job.LastExit),
        job.LastExit is { } exit ? ClockText.DayAndTime(exit.Ended, zone) : "-",
        job.LastExit is { } run ? InWords.Of(TimeSpan.FromSeconds(run.DurationSeconds)) : "-",
        job.LastExit is { } cpu ? InWords.Of(TimeSpan.FromSeconds(cpu.UserSeconds + cpu.SystemSeconds)) : "-",
        job.LastExit is { MaxRssBytes: { } peak } ? SizeText.Of(peak) : "-",
        job.LastExit is { MemoryPeakBytes: { } all } ? SizeText.Of(all) : "-",
        Next(job), job.StatusText ?? job.ResourceWarning ?? "-",
    ];

    private static string Pid(JobMessage job) => job.Pid?.ToString() ?? "-";

    private static string Uptime(JobMessage job) => job.UptimeSeconds is { } up ? InWords.Of(TimeSpan.FromSeconds(up)) : "-";

    /// <summary>A few words for an end: <c>code 42</c>, <c>SIGSEGV (core)</c>, <c>not started: changing directory</c>.</summary>
    public static string Exit(ExitMessage? exit) => exit switch
    {
        null => "-",
        { Cause: "spawn-failed" } => $"not started: {exit.Step}",
        { Cause: "exited" } => $"code {exit.Code}",
        { Cause: "core" } => $"{exit.Signal} (core)",
        { Cause: "signal" } => exit.Signal ?? "signal",
        { Cause: "lost" } => "lost",
        { Cause: "oom-kill" } => "OOM-killed",
        _ => $"{exit.Cause} ({exit.Signal ?? $"code {exit.Code}"})",
    };

    // What it waits for is the best answer to "next" where nothing is due by itself.
    private static string Next(JobMessage job) => job.Next switch
    {
        { InSeconds: { } seconds } next => $"{next.Action} in {InWords.Of(TimeSpan.FromSeconds(seconds))}",
        { } next => next.Action,
        null => job.State is "waiting" or "failed" or "starting" ? job.StatusText ?? "-" : "-",
    };
}
