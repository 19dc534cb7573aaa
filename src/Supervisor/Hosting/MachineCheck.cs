using Supervisor.Cli;
using Supervisor.Control;
using Supervisor.Linux;
using Supervisor.Processes;
using Supervisor.Specs;
using Supervisor.Web;

namespace Supervisor.Hosting;

/// <summary>
/// Whether this machine has what a configuration names: users, directories, every program that is run, the control group, the token of the dashboard. Told by
/// <c>supervisor check</c>, without starting anything.
/// </summary>
/// <param name="start">Why a process could not be started; null: it could.</param>
/// <param name="group">What is wrong with the name of a group.</param>
/// <param name="token">What is wrong with the token of the dashboard, and whether that is only because we must not look.</param>
internal sealed class MachineCheck(Func<ProcessSpec, SpawnFailure?> start, Func<string, string?> group, Func<DaemonSpec, (string Message, bool IsUnseen)?> token)
{
    // Nothing that a job does before its start makes a program there; a misspelt /usr/sbin/ngnix is a mistake.
    private static readonly string[] _ofTheSystem = ["/usr/bin/", "/usr/sbin/", "/usr/lib/", "/bin/", "/sbin/"];

    /// <summary>All findings on this machine.</summary>
    public static IReadOnlyList<MachineFinding> Of(SupervisorSpec spec) =>
        [.. new MachineCheck(process => StartCheck.Check(process) is [var failure, ..] ? failure : null, Groups.Problem, TokenFile.Problem).Findings(spec)];

    /// <summary>The supervisor's own, then job by job.</summary>
    public IEnumerable<MachineFinding> Findings(SupervisorSpec spec)
    {
        var oneshots = spec.Jobs.Where(job => job.Instance(0).Kind is JobKind.Oneshot).Select(job => job.Name).ToHashSet();
        return OfDaemon(spec).Concat(spec.Jobs.SelectMany(job => Instances(job).SelectMany(one => OfJob(job, one, oneshots)).Distinct()));
    }

    // Instances that differ in nothing but their number would say the same again.
    private static IEnumerable<JobSpec> Instances(JobDefinition job) =>
        Enumerable.Range(0, job.Instances).Select(job.Instance).DistinctBy(one => one with { Name = new(job.Name) });

    private IEnumerable<MachineFinding> OfDaemon(SupervisorSpec spec)
    {
        if (spec.Daemon.ControlGroup is { } name && group(name) is { } unknown)
        {
            yield return new(spec.PositionOf("control.group"), unknown, IsWarning: false);
        }

        if (spec.Daemon.Http is not null && token(spec.Daemon) is { } wrong)
        {
            yield return new(spec.PositionOf(spec.Daemon.Http.TokenFile is null ? "http" : "http.token_file"), wrong.Message, wrong.IsUnseen);
        }

        foreach (var hook in JobCommand.Hooks(spec.Daemon.Cleanup))
        {
            if (start(new() { Command = hook.Command }) is { } failure)
            {
                yield return new(spec.PositionOf(hook.Key), $"{hook.What} in 'supervisor' cannot be run on this machine: {failure}", IsWarning: false);
            }
        }
    }

    private IEnumerable<MachineFinding> OfJob(JobDefinition job, JobSpec spec, HashSet<string> oneshots)
    {
        // What was read from a file has a place in it.
        SourcePosition Position(string key) => job.PositionOf(key)!.Value;
        var main = start(spec.Process);
        if (main is not null)
        {
            yield return Finding(Position(main.Step.ConfigurationKey() ?? ""), $"job '{job.Name}'", "cannot be started", main, spec.Process, Maker(spec, spec.BeforeStart.Count, oneshots));
        }

        // A user or a directory that is not there is the same for all of them, and told.
        if (main is not null && !IsOfProgram(main))
        {
            yield break;
        }

        var before = 0;
        foreach (var one in JobCommand.Of(spec))
        {
            var process = spec.Process with { Command = one.Command, Credentials = [] };
            if (start(process) is { } failure && IsOfProgram(failure))
            {
                yield return Finding(Position(one.Key), $"job '{job.Name}': {one.What}", "cannot be run", failure, process, Maker(spec, before, oneshots));
            }

            before = Math.Min(before + 1, spec.BeforeStart.Count);
        }
    }

    private static MachineFinding Finding(SourcePosition position, string who, string what, SpawnFailure failure, ProcessSpec process, string? maker) =>
        maker is not null && IsToBeMade(failure, process.Command[0])
            ? new(position, $"{who}: {failure}; {maker} may make it before it is needed", IsWarning: true)
            : new(position, $"{who} {what} on this machine: {failure}{Advice(failure, process)}", IsWarning: false);

    // Who writes ./web means the directory of the file.
    private static string Advice(SpawnFailure failure, ProcessSpec process) =>
        IsOfProgram(failure) && process.Directory is null && process.Command[0] is not ['/', ..] && process.Command[0].Contains('/', StringComparison.Ordinal)
            ? "; it is looked for in 'directory', which is / when it is not written (`directory: .` is where the file is)"
            : "";

    /// <summary>What runs before, and could be what makes a program; null: nothing does.</summary>
    private static string? Maker(JobSpec spec, int before, HashSet<string> oneshots) =>
        before > 0 ? "a step of 'before_start'"
        : spec.DependsOn.FirstOrDefault(one => one.Condition is not DependencyCondition.Started && oneshots.Contains(one.Job)) is { Job: { } name } ? $"job '{name}'"
        : null;

    private static bool IsOfProgram(SpawnFailure failure) => failure.Step is ExecStep.FindProgram or ExecStep.CheckProgram;

    // The program itself, not the interpreter of one that is there.
    private static bool IsToBeMade(SpawnFailure failure, string program) =>
        IsOfProgram(failure) && failure.Errno == Errno.ENOENT && program.Contains('/', StringComparison.Ordinal)
        && failure.Detail?.Contains(", the ", StringComparison.Ordinal) is false
        && !_ofTheSystem.Any(directory => program.StartsWith(directory, StringComparison.Ordinal));
}
