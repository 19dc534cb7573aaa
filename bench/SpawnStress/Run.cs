using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Processes;
using Supervisor.Specs;

namespace SpawnStress;

/// <summary>Asks for one start after the other and judges what is told of each.</summary>
internal sealed class Run(int count, bool quiet, Load? load, CancellationTokenSource stop) : IEngineInbox
{
    private const int AtOnce = 8;
    private readonly object _gate = new();
    private readonly Dictionary<long, IChildProcess> _running = [];
    private readonly List<TimeSpan> _took = [];
    private SpawnThread? _spawner;
    private long _asked;
    private int _over;

    /// <summary>Reports and statuses that were not what they had to be.</summary>
    public int Wrong { get; private set; }

    public TimeSpan Median => At(0.5);

    public TimeSpan Percentile99 => At(0.99);

    public void Begin(SpawnThread spawner)
    {
        _spawner = spawner;
        lock (_gate)
        {
            for (var i = 0; i < Math.Min(quiet ? 1 : AtOnce, count); i++)
                Ask();
        }
    }

    public void Post(EngineFact fact)
    {
        lock (_gate)
        {
            switch (fact)
            {
                case SpawnReported { Child: { } child } report:
                    Reported(report, child);
                    break;
                case SpawnReported { Failure: { } failure } report:
                    // What is missing is found missing in preparation, or (kind 1) by the kernel after vfork.
                    Wrong += Kind(report.SpawnId) switch
                    {
                        0 => failure is { Step: ExecStep.CheckProgram, Errno: 2 } ? 0 : 1,
                        1 => failure is { Step: ExecStep.ResourceLimits, Errno: 22 } ? 0 : 1,
                        3 => JudgeKilled(failure),
                        _ => 1,
                    };
                    Over();
                    break;
                case ChildExited exit:
                    Exited(exit);
                    break;
                default:
                    Wrong++;
                    break;
            }
        }
    }

    private void Reported(SpawnReported report, IChildProcess child)
    {
        // Not reaped yet: /proc has it, be it as a zombie.
        Wrong += Kind(report.SpawnId) is 0 or 1 || (!quiet && child.StartTime != (long)ProcStat.StartTimeOf(child.Pid)) ? 1 : 0;
        _took.Add(report.Took);
        _running.Add(report.SpawnId, child);
        if (Kind(report.SpawnId) == 2)
            child.Signal(Signal.Kill);
    }

    private void Exited(ChildExited exit)
    {
        var right = Kind(exit.SpawnId) is 2 or 3
            ? exit.Status == ExitStatus.Signaled(Signal.Kill) || exit.Status == ExitStatus.Exited(Code(exit.SpawnId))
            : exit.Status == ExitStatus.Exited(Code(exit.SpawnId));
        Wrong += right && !exit.Leftovers && _running.Remove(exit.SpawnId, out var child) && Dispose(child) ? 0 : 1;
        Over();
    }

    private static bool Dispose(IChildProcess child)
    {
        child.Dispose();
        return true;
    }

    private void Over()
    {
        if (++_over == count)
            stop.Cancel();
        else if (_asked < count)
            Ask();
    }

    /// <summary>Starts whose child a <see cref="Killer"/> hit before it ran its program.</summary>
    public int KilledInSetUp { get; private set; }

    /// <summary>Whether a <see cref="Killer"/> is after this start.</summary>
    public static bool IsKilledInTheMaking(long id) => id % 10 == 3;

    private int JudgeKilled(SpawnFailure failure)
    {
        KilledInSetUp++;
        return failure is { Errno: 0, Detail: "killed during set-up" } ? 0 : 1;
    }

    // 0: no such program; 1: a step that fails in the child; 2: killed; 3: killed in the making, perhaps; the rest: runs and exits.
    private long Kind(long id) => quiet ? 9 : id % 10;

    private int Code(long id) => quiet ? 0 : (int)(id % 200);

    private void Ask()
    {
        var id = _asked++;
        load?.Feed();
        var process = new ProcessSpec { Command = quiet ? ["/bin/true"] : ["/bin/sh", "-c", $"exit {Code(id)}"] };
        _spawner!.Start(new StartRequest
        {
            SpawnId = id,
            Owner = new("stress"),
            Process = Kind(id) switch
            {
                0 => process with { Command = ["/no/such/program"] },
                1 => process with { Limits = [new(RlimitResource.Core, 2, 1)] },
                _ => process,
            },
            Stdio = StdioTargets.None,
            SupervisorVariables = [],
            InvocationId = id.ToString("x32"),
        });
    }

    private TimeSpan At(double part)
    {
        _took.Sort();
        return _took.Count == 0 ? default : _took[(int)((_took.Count - 1) * part)];
    }
}
