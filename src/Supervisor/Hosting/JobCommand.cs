using Supervisor.Specs;

namespace Supervisor.Hosting;

/// <summary>A command that a job has besides its own.</summary>
/// <param name="Key">Its place in the configuration: <c>before_start[0]</c>, <c>health.exec</c>.</param>
/// <param name="What">The same in words.</param>
/// <param name="Command">The command.</param>
internal sealed record JobCommand(string Key, string What, Sequence<string> Command)
{
    /// <summary>All that the supervisor runs for a job besides its main process, as the job's user, in its directory.</summary>
    public static IEnumerable<JobCommand> Of(JobSpec spec) =>
    [
        .. spec.BeforeStart.Select((step, index) => InList("step", "before_start", index, step.Command)),
        .. spec.Ready is ReadyByProbe { Probe: ExecProbe ready } ? [new("ready.exec", "'ready.exec'", ready.Command)] : (JobCommand[])[],
        .. spec.Health is { Probe: ExecProbe health } ? [new("health.exec", "'health.exec'", health.Command)] : (JobCommand[])[],
        .. spec.Reload is { Run: { } reload } ? [new("reload.run", "'reload.run'", reload.Command)] : (JobCommand[])[],
        .. spec.Stop.Steps.Select((step, index) => (step, index)).Where(one => one.step.Run is not null).Select(one => InList("step", "stop", one.index, one.step.Run!)),
        .. spec.OnFailure.Select((step, index) => InList("step", "on_failure", index, step.Command)),
        .. Hooks(spec.Cleanup),
    ];

    /// <summary>Cleanup hooks.</summary>
    public static IEnumerable<JobCommand> Hooks(IEnumerable<CleanupHook> hooks) => hooks.Select((hook, index) => InList("hook", "cleanup", index, hook.Command));

    private static JobCommand InList(string kind, string list, int index, Sequence<string> command) => new($"{list}[{index}]", $"{kind} {index + 1} of '{list}'", command);
}
