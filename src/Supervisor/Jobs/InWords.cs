using System.Globalization;
using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>How durations, ends and causes read.</summary>
public static class InWords
{
    /// <summary><c>85 ms</c>, <c>3.2 s</c>, <c>42 s</c>, <c>5m</c>, <c>2h 05m</c>, <c>3d 4h</c>.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { Ticks: < 0 } => "0 ms",
        { TotalMilliseconds: < 100 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 9.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalSeconds: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        { TotalHours: < 1, Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m {time.Seconds:00}s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h {time.Minutes:00}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays}d {time.Hours}h"),
    };

    /// <summary>A moment that is not obvious, as its own offset has it: <c>2026-01-02 03:00:00 +01:00</c>, <c>2026-01-02 02:00:00 UTC</c>.</summary>
    public static string Of(DateTimeOffset at) =>
        at.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + (at.Offset == TimeSpan.Zero ? "UTC" : at.ToString("zzz", CultureInfo.InvariantCulture));

    /// <summary><c>code 42</c>, <c>SIGSEGV (core dumped)</c>.</summary>
    public static string Of(ExitStatus? status) => status switch
    {
        null => "an unknown status",
        { Code: { } code } => $"code {code}",
        { CoreDumped: true } => $"{status.Value.Signal} (core dumped)",
        _ => $"{status.Value.Signal}",
    };

    /// <summary>A size as the configuration writes it: <c>512MiB</c>, <c>1500000B</c>.</summary>
    public static string OfBytes(ulong bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        for (; bytes > 0 && bytes % 1024 == 0 && unit < units.Length - 1; unit++)
        {
            bytes /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes}{units[unit]}");
    }

    /// <summary>How a run ended: "exited with code 42", "ended by SIGSEGV (core dumped)", "failed to start: ...".</summary>
    public static string HowItEnded(ExitRecord exit) => exit.Cause switch
    {
        ExitCause.SpawnFailed => $"failed to start: {exit.Failure}",
        ExitCause.Exited => $"exited with {Of(exit.Status)}",
        ExitCause.Signal or ExitCause.Core => $"ended by {Of(exit.Status)}",
        ExitCause.StartTimeout => $"was ended because it was not ready in time ({Of(exit.Status)})",
        ExitCause.StopTimeout => "did not stop in time and was killed by SIGKILL",
        ExitCause.Watchdog => $"missed its watchdog and was ended ({Of(exit.Status)})",
        ExitCause.RuntimeLimit => $"ran longer than its runtime_limit and was ended ({Of(exit.Status)})",
        ExitCause.Unhealthy => $"was unhealthy and was ended ({Of(exit.Status)})",
        ExitCause.Killed => "was killed by SIGKILL",
        ExitCause.OomKill => "was killed by the OOM killer" + (exit.Cgroup?.MemoryLimit is { } limit ? $", memory limit {OfBytes(limit)}" : ", not by a limit of its own"),
        _ => "ended, and nobody knows how",
    };

    /// <summary>What an instance does in a phase.</summary>
    public static string Of(Phase phase) => phase switch
    {
        Phase.Stopped => "stopped",
        Phase.Completed => "completed",
        Phase.Failed => "failed",
        Phase.Waiting => "is to be started",
        Phase.Scheduled => "waits for its schedule",
        Phase.Listening => "waits for its first connection",
        Phase.Preparing => "runs its before_start steps",
        Phase.Spawning => "is being started",
        Phase.Running => "runs",
        Phase.Ready => "is ready",
        Phase.Stopping => "is asked to end",
        Phase.Killing => "is killed",
        Phase.Clearing => "has ended; what it has left behind is ended",
        Phase.Draining => "has ended; its last output is taken over",
        Phase.Cleaning => "has ended; its cleanup hooks run",
        Phase.GivingUp => "is given up; its on_failure commands run",
        Phase.Backoff => "waits for its next attempt",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    /// <summary>The word for a cause in JSON and tables.</summary>
    public static string Word(this ExitCause cause) => cause switch
    {
        ExitCause.Exited => "exited",
        ExitCause.Signal => "signal",
        ExitCause.Core => "core",
        ExitCause.SpawnFailed => "spawn-failed",
        ExitCause.StartTimeout => "start-timeout",
        ExitCause.StopTimeout => "stop-timeout",
        ExitCause.Watchdog => "watchdog",
        ExitCause.RuntimeLimit => "runtime-limit",
        ExitCause.Unhealthy => "unhealthy",
        ExitCause.Killed => "killed",
        ExitCause.Lost => "lost",
        ExitCause.OomKill => "oom-kill",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };

    /// <summary>"1 restart", "2 restarts".</summary>
    public static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");
}
