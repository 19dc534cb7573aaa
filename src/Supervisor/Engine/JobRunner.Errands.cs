using Supervisor.Jobs.Ports;

namespace Supervisor.Engine;

// Programs that the supervisor runs for itself.
internal sealed partial class JobRunner
{
    private readonly Dictionary<long, ErrandRun> _errands = [];

    /// <summary>Runs a program that belongs to no job.</summary>
    public void Run(Errand errand, TaskCompletionSource<ErrandResult> answer)
    {
        var spawn = ++_lastSpawn;
        _errands[spawn] = new(errand, answer, clock, deadlines);
        Starts.Asked();
        processes.Start(new()
        {
            SpawnId = spawn,
            Owner = new("supervisor"),
            Role = "errand",
            Process = errand.Process,
            Stdio = errand.Stdio,
            Inherited = errand.Inherited,
            InvocationId = Guid.NewGuid().ToString("N"),
            SupervisorVariables = [],
        });
    }

    private void ErrandReported(ErrandRun errand, SpawnReported fact)
    {
        if (fact.Child is { } child)
        {
            errand.Runs(child);
            return;
        }

        _errands.Remove(fact.SpawnId);
        errand.Failed(fact.Failure!);
    }
}
