using System.Globalization;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>What Processes/ is told about a start.</summary>
internal static class StartRequests
{
    /// <summary>The start of <paramref name="process"/> for the current attempt of <paramref name="slot"/>, whose log is open.</summary>
    /// <param name="slot">Whose.</param>
    /// <param name="spawn">Number that all facts about it carry.</param>
    /// <param name="process">The program and how it is set up.</param>
    /// <param name="step">What kind of step it is; null: the main process.</param>
    /// <param name="inherited">Descriptors besides the standard ones.</param>
    /// <param name="more">Variables besides those that every process of a job has.</param>
    public static StartRequest Of(
        JobSlot slot, long spawn, ProcessSpec process, StepKind? step, Sequence<InheritedDescriptor> inherited, IEnumerable<EnvironmentVariable> more) => new()
        {
            SpawnId = spawn,
            Owner = slot.Name,
            Process = process,
            Stdio = slot.Log!.Targets,
            InvocationId = slot.State.InvocationId,
            Role = RoleOf(step),
            Attempt = slot.State.Attempt,
            BesideMain = step is not null && slot.Child is not null,
            Resources = slot.Spec.Resources,
            Inherited = inherited,
            SupervisorVariables =
            [
                .. slot.IsSupervisor ? [] : OfJob(slot),
                new("SUPERVISOR_INVOCATION_ID", slot.State.InvocationId),
                .. step is null ? [] : new[] { new EnvironmentVariable("SUPERVISOR_STEP", RoleOf(step)) },
                .. more,
            ],
        };

    private static IEnumerable<EnvironmentVariable> OfJob(JobSlot slot) =>
    [
        new("SUPERVISOR_JOB", slot.Name.Job),
        new("SUPERVISOR_NAME", slot.Name.ToString()),
        new("SUPERVISOR_INSTANCE", slot.Name.Index.ToString(CultureInfo.InvariantCulture)),
        new("SUPERVISOR_ATTEMPT", slot.State.Attempt.ToString(CultureInfo.InvariantCulture)),
    ];

    private static string RoleOf(StepKind? step) => step switch
    {
        null => "main",
        StepKind.BeforeStart => "before_start",
        StepKind.OnFailure => "on_failure",
        { } kind => kind.ToString().ToLowerInvariant(),
    };
}
