using System.Globalization;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>The supervisor's own hooks: owed from its start, run when everything else is over. They are kept like those of a job that nobody sees.</summary>
internal sealed class OwnHooks(JobRunner runner, CleanupLedger ledger, EngineClock clock, Func<JobDefinition, JobSpec, JobSlot> newSlot)
{
    // No job can have this name.
    private const string Name = "(supervisor)";
    private readonly JobSlot _slot = NewSlot(newSlot);

    /// <summary>Whether they are through, or there are none.</summary>
    public bool AreDone => _slot.State.Phase.IsAtRest();

    /// <summary>Whether something is owed.</summary>
    public bool AreOwed => _slot.State.Cleanup is not null;

    /// <summary>These are owed from now on, in place of what was.</summary>
    public void Owe(Sequence<CleanupHook> hooks)
    {
        var before = _slot.State;
        var id = Guid.NewGuid().ToString("N");
        _slot.State = before with
        {
            InvocationId = id,
            AttemptBegan = clock.Now,
            Attempt = before.Attempt + 1,
            Cleanup = OwedCleanup.Of(id, new() { Command = [] }, hooks),
        };
        ledger.Happened(_slot, before);
    }

    /// <summary>They are due: the supervisor ends with this code.</summary>
    public void Begin(int exitCode)
    {
        var code = exitCode.ToString(CultureInfo.InvariantCulture);
        runner.Apply(_slot, new JobEvent.CleanUp(
            [
                new("SERVICE_RESULT", exitCode == 0 ? "success" : "exit-code"), new("EXIT_CODE", "exited"), new("EXIT_STATUS", code),
                new("MAINPID", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)),
            ],
            null, Waits: false));
    }

    /// <summary>The one that runs is cut short.</summary>
    public void Hurry(string reason) => runner.Apply(_slot, new JobEvent.Kill(reason));

    /// <summary>What hooks of a supervisor are kept in.</summary>
    public static JobSlot NewSlot(Func<JobDefinition, JobSpec, JobSlot> newSlot)
    {
        var spec = new JobSpec
        {
            Name = new(Name),
            Process = new() { Command = [] },
            Log = new() { Stdout = LogTarget.Inherit, Stderr = LogTarget.Inherit },
            Board = false,
        };
        var slot = newSlot(new(Name, 1, _ => spec, [], []), spec);
        slot.IsSupervisor = true;
        return slot;
    }
}
