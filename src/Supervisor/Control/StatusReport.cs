using Supervisor.Control.Messages;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>Snapshots to the messages that the API sends.</summary>
internal static class StatusReport
{
    /// <summary>The whole.</summary>
    public static StatusMessage Of(SupervisorSnapshot snapshot, IEnumerable<InstanceSnapshot> instances, Instant now, ILogReader logs, string version, INotificationReader? notifications) => new(
        new(
            version,
            Environment.ProcessId,
            Seconds(now.Monotonic - snapshot.Started.Monotonic),
            Word(snapshot.State),
            snapshot.Spec.File,
            snapshot.OrphansReaped,
            snapshot.Strays,
            snapshot.LateFacts,
            snapshot.RestartsHeldBack),
        [.. All(instances, now, logs, Counts(snapshot), notifications)]);

    /// <summary>How many instances each job has; the extra one of a rolling restart does not count.</summary>
    public static IReadOnlyDictionary<string, int> Counts(SupervisorSnapshot snapshot) =>
        snapshot.Instances.Where(instance => !instance.IsExtra).CountBy(instance => instance.Name.Job).ToDictionary();

    /// <summary>One instance; <paramref name="count"/> is how many its job has.</summary>
    public static JobMessage Of(InstanceSnapshot instance, Instant now, ILogReader logs, int count, INotificationReader? notifications) => new()
    {
        Job = instance.Name.Job,
        Instance = instance.Name.Index,
        Name = instance.Name.ToString(),
        Kind = instance.Spec.Kind is JobKind.Oneshot ? "oneshot" : "service",
        State = instance.State.Word(),
        Goal = instance.Goal is Goal.Up ? "up" : "down",
        Listening = instance.IsListening,
        Extra = instance.IsExtra,
        Schedule = instance.Schedule is { } schedule ? new(schedule.NextRun?.Wall, schedule.IsQueued, schedule.Skipped) : null,
        Pid = instance.Pid,
        Attempt = instance.Attempt,
        Restarts = instance.Restarts,
        // One that has never moved is in its state since the supervisor's start.
        Since = instance.Since == default ? now.Wall - now.Monotonic : instance.Since.Wall,
        UptimeSeconds = instance.RunningSince is { } since ? Seconds(now.Monotonic - since.Monotonic) : null,
        Ready = instance.State is PublicState.Ready or PublicState.Reloading,
        StatusText = instance.StatusText,
        Health = instance.Health is { } health ? new(health.State.Word()!, health.Failures, health.Limit, health.LastFailure) : null,
        ResourceWarning = instance.ResourceWarning,
        Notifications = instance.Spec.HasNotifySocket && notifications?.Counters(instance.Name) is { } told
            ? new(told.Messages, told.Foreign, told.Malformed, told.ClosedDescriptors, told.Stored)
            : null,
        Next = instance.Next is { } next ? new(next.Action, next.At?.Wall, Until(next, now)) : null,
        LastExit = instance.LastExit is { } exit ? Of(exit) : null,
        Scaled = count == instance.Definition.Instances ? null : new(count, instance.Definition.Instances),
        Log = Of(logs.Counters(instance.Name)),
    };

    private static IEnumerable<JobMessage> All(
        IEnumerable<InstanceSnapshot> instances, Instant now, ILogReader logs, IReadOnlyDictionary<string, int> counts, INotificationReader? notifications) =>
        instances.Select(instance => Of(instance, now, logs, counts.GetValueOrDefault(instance.Name.Job, instance.Definition.Instances), notifications));

    /// <summary>One end.</summary>
    public static ExitMessage Of(ExitRecord exit) => new()
    {
        Cause = exit.Cause.Word(),
        Code = exit.Status?.Code,
        Signal = exit.Status?.Signal?.Name,
        CoreDumped = exit.Status?.CoreDumped ?? false,
        Step = exit.Failure?.Step.InWords(),
        Errno = exit.Failure is { Errno: > 0 } failure ? failure.Errno : null,
        Started = exit.Started,
        Ended = exit.Ended,
        DurationSeconds = Seconds(exit.Duration),
        UserSeconds = exit.Usage.User.TotalSeconds,
        SystemSeconds = exit.Usage.System.TotalSeconds,
        MaxRssBytes = exit.Usage.MaxRss,
        MemoryPeakBytes = exit.Cgroup?.MemoryPeak,
        CgroupCpuSeconds = exit.Cgroup?.Cpu.TotalSeconds,
        ThrottledSeconds = exit.Cgroup?.Throttled?.TotalSeconds,
        OomKills = exit.Cgroup?.OomKills,
        Attempt = exit.Attempt,
        Pid = exit.Pid,
        Success = exit.Success,
        InvocationId = exit.InvocationId,
        MinorFaults = exit.Usage.MinorFaults,
        MajorFaults = exit.Usage.MajorFaults,
        VoluntarySwitches = exit.Usage.VoluntarySwitches,
        InvoluntarySwitches = exit.Usage.InvoluntarySwitches,
        LastWords = exit.LastWords,
        Text = InWords.HowItEnded(exit),
    };

    /// <summary>The word for a state of the supervisor.</summary>
    public static string Word(SupervisorState state) => state switch
    {
        SupervisorState.Starting => "starting",
        SupervisorState.Running => "running",
        SupervisorState.Stopping => "stopping",
        SupervisorState.Stopped => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private static LogCountersMessage Of(LogCounters counters) =>
        new(counters.Bytes, counters.Lines, counters.DroppedBytes, counters.DroppedLines, counters.WriteErrors, counters.LastError);

    private static double? Until(NextAction next, Instant now) =>
        next.At is { } at ? Math.Max(0, Seconds(at.Monotonic - now.Monotonic)) : null;

    // Milliseconds are what anybody reads; the rest is noise in a diff.
    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
