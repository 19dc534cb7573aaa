using System.Globalization;
using Supervisor.Control.Messages;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>What <c>show</c> tells: the effective specification, key by key, secrets hidden.</summary>
internal static class SpecReport
{
    /// <summary>The specification of one instance.</summary>
    public static JobSpecMessage Of(InstanceSnapshot instance) => new(
        instance.Name.ToString(),
        instance.State.Word(),
        [.. Keys(instance.Spec)
            .Concat(ProcessKeys(instance.Spec.Process))
            .Where(key => key.Value.Length > 0)
            .Select(key => new SpecKeyMessage(key.Key, Secrets.WithoutPasswords(key.Value), Position(instance.Definition, key.Key)))]);

    private static IEnumerable<(string Key, string Value)> Keys(JobSpec spec)
    {
        yield return ("command", Command(spec.Process.Command));
        yield return ("kind", Word(spec.Kind));
        yield return ("resources", Resources(spec.Resources));
        yield return ("start", Word(spec.Start));
        yield return ("before_start", string.Join("; ", spec.BeforeStart.Select(Step)));
        yield return ("depends_on", string.Join(", ", spec.DependsOn.Select(d => $"{d.Job}: {Word(d.Condition)}")));
        yield return ("on_dependency_restart", Word(spec.OnDependencyRestart));
        yield return ("ready", Ready(spec.Ready));
        yield return ("start_timeout", Time(spec.StartTimeout));
        yield return ("runtime_limit", Time(spec.RuntimeLimit));
        yield return ("restart", Restart(spec.Restart));
        yield return ("restart.success", string.Join(", ", spec.Restart.Success));
        yield return ("restart.never_on", string.Join(", ", spec.Restart.NeverOn));
        yield return ("restart.always_on", string.Join(", ", spec.Restart.AlwaysOn));
        yield return ("on_failure", string.Join("; ", spec.OnFailure.Select(Step)));
        yield return ("cleanup", string.Join("; ", spec.Cleanup.Select(hook => $"{Command(hook.Command)} (on {Word(hook.On)}, timeout {InWords.Of(hook.Timeout)})")));
        yield return ("stop", Stop(spec.Stop));
        yield return ("reload", spec.Reload is { } reload ? reload.Signal?.Name ?? Step(reload.Run!) : "");
        yield return ("log", Log(spec.Log));
        yield return ("watchdog", spec.Watchdog is { } watchdog ? InWords.Of(watchdog) : "");
        yield return ("notify", spec.Notify ? "true" : "");
        yield return ("file_descriptor_store", spec.FileDescriptorStore > 0 ? spec.FileDescriptorStore.ToString(CultureInfo.InvariantCulture) : "");
        yield return ("health", spec.Health is { } health ? $"{Probe(health.Probe)}, {(health.Failures == 1 ? "one failure ends" : $"{health.Failures} failures in a row end")} it" : "");
        yield return ("sockets", string.Join(", ", spec.Sockets.Select(Socket)));
        yield return ("rolling", spec.Surge is { } surge ? $"surge {surge}" : "");
        yield return ("schedule", spec.Schedule is { } schedule ? Schedule(schedule) : "");
        yield return ("essential", spec.Essential ? "true" : "false");
    }

    private static string Socket(SocketSpec socket) =>
        $"{socket} as {socket.Name}" + (socket.HasFile ? $" (mode 0{Convert.ToString(socket.Mode, 8)}{(socket.User is { } user ? $", of {user}" : "")})" : "");

    private static string Schedule(ScheduleSpec schedule) =>
        (schedule.Every is { } every ? $"every {InWords.Of(every)}" : $"{schedule.Cron} ({schedule.TimeZone ?? "the machine's zone"})")
        + (schedule.Jitter > TimeSpan.Zero ? $", jitter {InWords.Of(schedule.Jitter)}" : "")
        + $", overlap {Word(schedule.Overlap)}" + (schedule.CatchUp ? ", catches up" : "") + (schedule.AtStart ? ", at start as well" : "");

    private static string Ready(ReadySpec ready) => ready switch
    {
        ReadyByDescriptor { Number: var number } => $"a newline on descriptor {number}",
        ReadyByLog { Pattern: var pattern } => $"output that matches {pattern}",
        ReadyWhenNotified => "notify (sd_notify: READY=1)",
        ReadyAfter after => $"after {InWords.Of(after.Delay)}",
        ReadyByProbe { Probe: var probe } => Probe(probe),
        _ => "started",
    };

    private static string Probe(ProbeSpec probe) => $"{probe.InWords} every {InWords.Of(probe.Interval)}, within {InWords.Of(probe.Timeout)}";

    private static IEnumerable<(string Key, string Value)> ProcessKeys(ProcessSpec process)
    {
        yield return ("directory", process.Directory ?? "/");
        yield return ("chroot", process.Chroot ?? "");
        yield return ("environment", string.Join(", ", process.Environment.Select(v => $"{v.Name}={(Secrets.IsSecret(v.Name) ? Secrets.Hidden : v.Value)}")));
        yield return ("environment_file", string.Join(", ", process.EnvironmentFiles.Select(f => (f.Optional ? "-" : "") + f.Path)));
        yield return ("user", process.User ?? "");
        yield return ("group", process.Group ?? "");
        yield return ("supplementary_groups", process.SupplementaryGroups is { } groups ? string.Join(", ", groups) : "");
        yield return ("umask", process.Umask is { } umask ? "0" + Convert.ToString(umask, 8) : "");
        yield return ("limits", string.Join(", ", process.Limits.Select(l => $"{Word(l.Resource)}: {Limit(l.Soft)}:{Limit(l.Hard)}")));
        yield return ("nice", process.Nice is { } nice ? nice.ToString(CultureInfo.InvariantCulture) : "");
        yield return ("ionice", process.IoPriority is { } io ? $"{Word(io.Class)} {io.Level}" : "");
        yield return ("scheduling", process.Scheduling is { } scheduling ? $"{Word(scheduling.Policy)} {scheduling.Priority}" : "");
        yield return ("cpu_affinity", process.CpuAffinity is { } cpus ? string.Join(", ", cpus) : "");
        yield return ("oom_score_adjust", process.OomScoreAdjust is { } oom ? oom.ToString(CultureInfo.InvariantCulture) : "");
        yield return ("no_new_privileges", process.NoNewPrivileges ? "true" : "");
        yield return ("capabilities", process.Capabilities is { } capabilities ? capabilities.Count == 0 ? "none" : string.Join(", ", capabilities) : "");
        yield return ("securebits", process.SecureBits is { } bits ? bits.Count == 0 ? "none" : string.Join(", ", bits.Select(Word)) : "");
        // Where they come from; what is in them is nobody's business.
        yield return ("credentials", string.Join(", ", process.Credentials.Select(file => $"{file.Name}: {file.Path}")));
    }

    private static string? Position(JobDefinition definition, string key)
    {
        var position = definition.PositionOf(key);
        // The job's own line stands for "not written": that is a default.
        return position is null || (key.Length > 0 && position == definition.PositionOf("")) ? null : position.ToString();
    }

    private static string Command(IEnumerable<string> words) => string.Join(' ', words.Select(word =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,@%+".Contains(c, StringComparison.Ordinal))
            ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'"));

    private static string Step(CommandStep step) => $"{Command(step.Command)} (timeout {InWords.Of(step.Timeout)})";

    private static string Time(TimeSpan? time) => time is { } limit ? InWords.Of(limit) : "none";

    private static string Restart(RestartSpec restart) => string.Create(CultureInfo.InvariantCulture,
        $"{Word(restart.Policy)}, delay {InWords.Of(restart.Delay)} x{restart.Factor} up to {InWords.Of(restart.MaxDelay)}, jitter {restart.Jitter:P0}, ")
        + $"reset after {InWords.Of(restart.ResetAfter)}, " + (restart.Limit is { } limit
            ? $"at most {limit}{(restart.Within is { } within ? $" within {InWords.Of(within)}" : "")}, then "
                + (restart.RetryAfterLimit is { } retry ? $"retry after {InWords.Of(retry)}" : "fail")
            : "no limit");

    private static string Stop(StopSpec stop) => string.Join("; ", stop.Steps.Select(step =>
        (step.Signal?.Name ?? Command(step.Run!)) + (step.Wait > TimeSpan.Zero ? $" wait {InWords.Of(step.Wait)}" : ""))) + $"; to {Word(stop.To)}; then SIGKILL to all";

    private static string Resources(ResourceSpec? spec) => spec is null ? "" : string.Join(", ", new (string Key, string? Value)[]
    {
        ("memory", spec.Memory is { } memory ? InWords.OfBytes(memory) : null),
        ("memory_high", spec.MemoryHigh is { } high ? InWords.OfBytes(high) : null),
        ("swap", spec.Swap is { } swap ? InWords.OfBytes(swap) : null),
        ("tasks", spec.Tasks?.ToString(CultureInfo.InvariantCulture)),
        ("cpu", spec.Cpu is { } cpu ? string.Create(CultureInfo.InvariantCulture, $"{cpu * 100:0.##}%") : null),
        ("cpu_weight", spec.CpuWeight?.ToString(CultureInfo.InvariantCulture)),
        ("io_weight", spec.IoWeight?.ToString(CultureInfo.InvariantCulture)),
        ("required", spec.Required ? "true" : null),
    }.Where(key => key.Value is not null).Select(key => $"{key.Key}: {key.Value}"));

    private static string Log(LogSpec log) =>
        $"stdout {Target(log.Stdout)}, stderr {Target(log.Stderr)}, format {Word(log.Format)}, timestamp {(log.Timestamp || log.Format == LogFormat.Json ? "true" : "false")}, "
        + $"max_size {log.MaxSize.ToString(CultureInfo.InvariantCulture)} x {log.MaxFiles}, "
        + $"max_age {Time(log.MaxAge)}, max_total {log.MaxTotal?.ToString(CultureInfo.InvariantCulture) ?? "none"}, compress {(log.Compress ? "true" : "false")}, "
        + $"on_full {Word(log.OnFull)}";

    private static string Target(LogTarget target) => target.Kind switch
    {
        LogTargetKind.Append => $"append:{target.Path}",
        LogTargetKind.SameAsStdout => "as stdout",
        var kind => Word(kind),
    };

    private static string Limit(ulong value) => value == ResourceLimit.Unlimited ? "unlimited" : value.ToString(CultureInfo.InvariantCulture);

    // OnFailure -> on-failure: the names of the enumerations are the configuration's words.
    private static string Word<T>(T value)
        where T : struct, Enum =>
        string.Concat(Enum.GetName(value)!.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
