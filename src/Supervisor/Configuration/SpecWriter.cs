using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;
using Supervisor.Specs;

namespace Supervisor.Configuration;

/// <summary>Writes the effective spec of an instance as a configuration that reads back to it, every default filled in, secrets hidden.</summary>
public static class SpecWriter
{
    /// <summary>The YAML text of <paramref name="spec"/>.</summary>
    public static string Write(JobSpec spec)
    {
        var text = new StringBuilder("version: 1\njobs:\n").Append($"  {Quote(spec.Name.Job)}:\n");
        foreach (var (key, value) in Keys(spec).Concat(ProcessKeys(spec.Process)))
        {
            text.Append(value is null ? "" : $"    {key}: {value}\n");
        }

        return text.ToString();
    }

    private static IEnumerable<(string Key, string? Value)> Keys(JobSpec spec) =>
    [
        ("command", Words(spec.Process.Command)),
        ("kind", Vocabulary.Kind.WordOf(spec.Kind)),
        ("resources", spec.Resources is { } resources ? Resources(resources) : null),
        ("start", Vocabulary.Start.WordOf(spec.Start)),
        ("instances", spec.Name.IsNumbered ? $"{spec.Name.Index + 1}" : null),
        ("before_start", Steps(spec.BeforeStart)),
        ("depends_on", Map(spec.DependsOn.Select(one => (QuoteKey(one.Job), (string?)Vocabulary.Condition.WordOf(one.Condition))))),
        ("on_dependency_restart", Vocabulary.OnDependencyRestart.WordOf(spec.OnDependencyRestart)),
        ("ready", ProbeWriter.Ready(spec.Ready)),
        ("start_timeout", OrNone(spec.StartTimeout)),
        ("runtime_limit", OrNone(spec.RuntimeLimit)),
        ("restart", Restart(spec.Restart)),
        ("sockets", spec.Sockets.Count == 0 ? null : $"[{string.Join(", ", spec.Sockets.Select(Socket))}]"),
        ("rolling", spec.Surge is { } surge ? $"{{surge: {surge}}}" : null),
        ("schedule", spec.Schedule is { } schedule ? Schedule(schedule) : null),
        ("on_failure", Steps(spec.OnFailure)),
        ("cleanup", Hooks(spec.Cleanup)),
        ("stop", Stop(spec.Stop)),
        ("reload", spec.Reload is { } reload ? Reload(reload) : null),
        ("log", Log(spec.Log)),
        ("notify", Bool(spec.Notify)),
        ("file_descriptor_store", $"{spec.FileDescriptorStore}"),
        ("watchdog", OrNone(spec.Watchdog)),
        ("health", ProbeWriter.Health(spec.Health)),
        ("essential", Bool(spec.Essential)),
    ];

    private static IEnumerable<(string Key, string? Value)> ProcessKeys(ProcessSpec process) =>
    [
        ("directory", Quote(process.Directory)),
        ("chroot", Quote(process.Chroot)),
        ("environment", Map(process.Environment.Select(one => (QuoteKey(one.Name), (string?)(Secrets.IsSecret(one.Name) ? "\"********\"" : Quote(one.Value)))))),
        ("environment_file", Words(process.EnvironmentFiles.Select(file => (file.Optional ? "-" : "") + file.Path))),
        ("user", Quote(process.User)),
        ("group", Quote(process.Group)),
        ("supplementary_groups", process.SupplementaryGroups is { } groups ? Words(groups) : null),
        ("umask", process.Umask is { } umask ? $"\"{Convert.ToString(umask, 8).PadLeft(4, '0')}\"" : null),
        ("limits", Map(process.Limits.Select(one => (Vocabulary.Limits.WordOf(one.Resource), (string?)$"\"{Limit(one.Soft)}:{Limit(one.Hard)}\"")))),
        ("nice", process.Nice?.ToString()),
        ("ionice", process.IoPriority is { } io
            ? Map([("class", Vocabulary.IoClass.WordOf(io.Class)), ("level", io.Class == IoClass.Idle ? null : $"{io.Level}")]) : null),
        ("scheduling", process.Scheduling is { } it ? Map([("policy", Vocabulary.Scheduling.WordOf(it.Policy)), ("priority", $"{it.Priority}")]) : null),
        ("cpu_affinity", process.CpuAffinity is { } cpus ? $"[{string.Join(", ", cpus)}]" : null),
        ("oom_score_adjust", process.OomScoreAdjust?.ToString()),
        ("no_new_privileges", Bool(process.NoNewPrivileges)),
        ("capabilities", process.Capabilities is { } capabilities ? $"[{string.Join(", ", capabilities)}]" : null),
        ("securebits", process.SecureBits is { } bits ? $"[{string.Join(", ", bits.Select(Vocabulary.SecureBit.WordOf))}]" : null),
        ("credentials", process.Credentials.Count == 0 ? null : Map(process.Credentials.Select(one => (QuoteKey(one.Name), (string?)Quote(one.Path))))),
    ];

    private static string Restart(RestartSpec restart) => Map(
    [
        ("policy", Vocabulary.Policy.WordOf(restart.Policy)),
        ("delay", Durations.Write(restart.Delay)),
        ("factor", restart.Factor.ToString("R", CultureInfo.InvariantCulture)),
        ("max_delay", Durations.Write(restart.MaxDelay)),
        ("jitter", restart.Jitter.ToString("R", CultureInfo.InvariantCulture)),
        ("reset_after", Durations.Write(restart.ResetAfter)),
        ("limit", restart.Limit?.ToString() ?? "none"),
        ("within", OrNone(restart.Within)),
        ("after_limit", restart.RetryAfterLimit is { } retry ? Map([("retry", Durations.Write(retry))]) : "fail"),
        ("success", Exits(restart.Success)),
        ("never_on", Exits(restart.NeverOn)),
        ("always_on", Exits(restart.AlwaysOn)),
    ]);

    private static string Socket(SocketSpec socket) => Map(
    [
        ("listen", Quote(socket.Path ?? (socket.Address is null ? $"*:{socket.Port}" : new IPEndPoint(socket.Address, socket.Port ?? 0).ToString()))),
        ("name", Quote(socket.Name)),
        ("type", Vocabulary.SocketKind.WordOf(socket.Kind)),
        ("backlog", $"{socket.Backlog}"),
        ("mode", socket.HasFile ? $"\"{Convert.ToString(socket.Mode, 8).PadLeft(4, '0')}\"" : null),
        ("user", socket.HasFile ? Quote(socket.User) : null),
        ("group", socket.HasFile ? Quote(socket.Group) : null),
        ("reuse_port", socket.ReusePort ? "true" : null),
        ("ipv6_only", socket.Ipv6Only ? "true" : null),
    ]);

    private static string Schedule(ScheduleSpec schedule) => Map(
    [
        ("cron", Quote(schedule.Cron)),
        ("timezone", Quote(schedule.TimeZone)),
        ("every", schedule.Every is { } every ? Durations.Write(every) : null),
        ("jitter", Durations.Write(schedule.Jitter)),
        ("overlap", Vocabulary.Overlap.WordOf(schedule.Overlap)),
        ("catch_up", Bool(schedule.CatchUp)),
        ("at_start", Bool(schedule.AtStart)),
    ]);

    private static string Resources(ResourceSpec spec) => Map(
    [
        ("memory", spec.Memory?.ToString()),
        ("memory_high", spec.MemoryHigh?.ToString()),
        ("swap", spec.Swap?.ToString()),
        ("tasks", spec.Tasks?.ToString()),
        ("cpu", spec.Cpu?.ToString("R", CultureInfo.InvariantCulture)),
        ("cpu_weight", spec.CpuWeight?.ToString()),
        ("io_weight", spec.IoWeight?.ToString()),
        ("required", spec.Required ? "true" : null),
    ]);

    private static string Stop(StopSpec stop) =>
        Map([("to", Vocabulary.Target.WordOf(stop.To)), ("steps", $"[{string.Join(", ", stop.Steps.Select(StopStep))}]")]);

    private static string StopStep(StopStep step) =>
        Map([("signal", step.Signal?.Name), ("run", step.Run is { } run ? Words(run) : null), ("wait", Durations.Write(step.Wait))]);

    private static string Reload(ReloadSpec reload) => Map(
    [
        ("signal", reload.Signal?.Name),
        ("run", reload.Run is { } run ? Words(run.Command) : null),
        ("notify", reload.ConfirmedWithin is null ? null : "true"),
        ("timeout", (reload.Run?.Timeout ?? reload.ConfirmedWithin) is { } limit ? Durations.Write(limit) : null),
    ]);

    private static string Log(LogSpec log) => Map(
    [
        ("stdout", Target(log.Stdout)),
        ("stderr", Target(log.Stderr)),
        ("format", Vocabulary.LogFormat.WordOf(log.Format)),
        ("timestamp", Bool(log.Timestamp)),
        ("max_size", $"{log.MaxSize}"),
        ("max_files", $"{log.MaxFiles}"),
        ("max_age", OrNone(log.MaxAge)),
        ("max_total", log.MaxTotal is { } total ? $"{total}" : "none"),
        ("compress", Bool(log.Compress)),
        ("on_full", Vocabulary.OnFull.WordOf(log.OnFull)),
    ]);

    private static string? Target(LogTarget target) =>
        target.Kind == LogTargetKind.Append ? Quote("append:" + target.Path) : Quote(Vocabulary.LogTarget.WordOf(target.Kind));

    private static string Steps(Sequence<CommandStep> steps) => "["
        + string.Join(", ", steps.Select(step => Map([("run", Words(step.Command)), ("timeout", Durations.Write(step.Timeout))]))) + "]";

    private static string Hooks(Sequence<CleanupHook> hooks) => "["
        + string.Join(", ", hooks.Select(hook => Map([("run", Words(hook.Command)), ("on", Vocabulary.HookCondition.WordOf(hook.On)), ("timeout", Durations.Write(hook.Timeout))]))) + "]";

    internal static string Map(IEnumerable<(string Key, string? Value)> entries) =>
        $"{{{string.Join(", ", entries.Where(entry => entry.Value is not null).Select(entry => $"{entry.Key}: {entry.Value}"))}}}";

    private static string Exits(Sequence<ExitMatch> exits) => $"[{string.Join(", ", exits)}]";

    internal static string Words(IEnumerable<string> words) => $"[{string.Join(", ", words.Select(Quote))}]";

    private static string OrNone(TimeSpan? duration) => duration is { } limit ? Durations.Write(limit) : "none";

    private static string Bool(bool value) => value ? "true" : "false";

    private static string Limit(ulong value) => value == ResourceLimit.Unlimited ? "unlimited" : $"{value}";

    [return: NotNullIfNotNull(nameof(text))]
    internal static string? Quote(string? text) => text is null ? null : QuoteKey(text.Replace("$", "$$", StringComparison.Ordinal));

    internal static string QuoteKey(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                >= ' ' and < 0x7f => rune.ToString(),
                >= 0xa1 and < 0x2000 => rune.ToString(),
                _ => $"\\U{rune.Value:X8}",
            });
        }

        return quoted.Append('"').ToString();
    }
}
