using System.Globalization;
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
    /// <param name="beside">Whether it runs beside a main process of the same run.</param>
    /// <param name="inherited">Descriptors besides the standard ones.</param>
    /// <param name="more">Variables besides those that every process of a job has.</param>
    public static StartRequest Of(
        JobSlot slot, long spawn, ProcessSpec process, bool beside, Sequence<InheritedDescriptor> inherited, IEnumerable<EnvironmentVariable> more) => new()
        {
            SpawnId = spawn,
            Owner = slot.Name,
            Process = process,
            Stdio = slot.Log!.Targets,
            InvocationId = slot.State.InvocationId,
            BesideMain = beside,
            Resources = slot.Spec.Resources,
            Inherited = inherited,
            SupervisorVariables =
            [
                .. slot.IsSupervisor ? [] : OfJob(slot),
                new("SUPERVISOR_INVOCATION_ID", slot.State.InvocationId),
                .. more,
            ],
        };

    private static IEnumerable<EnvironmentVariable> OfJob(JobSlot slot) =>
    [
        new("SUPERVISOR_JOB", slot.Name.Job),
        new("SUPERVISOR_INSTANCE", slot.Name.Index.ToString(CultureInfo.InvariantCulture)),
        new("SUPERVISOR_ATTEMPT", slot.State.Attempt.ToString(CultureInfo.InvariantCulture)),
    ];
}
