using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// The end of everything: all jobs in reverse order within one limit, then whoever came to us and belongs to nobody, then the supervisor.
/// </summary>
internal sealed class ShutdownSequence(
    JobTable table, JobRunner runner, Dependencies dependencies, IProcesses processes, OwnHooks own, Story story, EngineClock clock, DeadlineHeap deadlines) : IDeadlineOwner
{
    private enum Stage
    {
        Off,
        Jobs,
        Strays,
        KilledStrays,
        Hooks,
        Over,
    }

    private static readonly TimeSpan _killPatience = TimeSpan.FromSeconds(10);

    private Stage _stage = Stage.Off;
    private bool _killed;
    private TimeSpan _limit;

    /// <summary>Whether it has begun.</summary>
    public bool IsOn => _stage is not Stage.Off;

    /// <summary>Whether everything is over.</summary>
    public bool IsOver => _stage is Stage.Over;

    /// <summary>What `run` ends with: 0, or the code of the essential job that ended.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Limit of the whole, from the configuration.</summary>
    public TimeSpan Limit { get; set; }

    /// <inheritdoc/>
    public TimeSpan? Deadline { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? QueuedFor { get; set; }

    /// <summary>Begins it; a second call may only make it immediate.</summary>
    public void Begin(string reason, bool immediate, int exitCode = 0)
    {
        if (!IsOn)
        {
            _stage = Stage.Jobs;
            ExitCode = exitCode;
            dependencies.Closed = true;
            var running = table.All.Count(slot => !slot.State.Phase.HasNoProcess());
            story.TellOfSupervisor(StoryLevel.Information,
                $"{reason}: stopping {InWords.Count(running, "running job")} in reverse order, within {InWords.Of(Limit)}; a second SIGTERM or SIGINT kills at once", clock.Now);
            _limit = clock.Now.Monotonic + Limit;
            Arm(Limit);
            dependencies.Stop([.. table.All], reason, forGood: true);
        }

        if (immediate)
        {
            KillAll("immediate shutdown");
            HurryHooks("immediate shutdown");
        }
    }

    /// <summary>Something has changed: looks whether the next stage is due.</summary>
    public void Advance()
    {
        if (_stage is Stage.Jobs && table.All.All(slot => slot.State.Phase.HasNoProcess() && slot.Steps.Count == 0))
        {
            story.TellOfSupervisor(StoryLevel.Information, "all jobs have stopped", clock.Now);
            _stage = Stage.Strays;
            EndStrays(Signal.Term);
        }
        else if (_stage is Stage.Strays or Stage.KilledStrays && processes.StrayCount() == 0)
        {
            RunHooks();
        }
        else if (_stage is Stage.Hooks && own.AreDone)
        {
            _stage = Stage.Over;
        }
    }

    /// <inheritdoc/>
    public void DeadlineCame()
    {
        Deadline = null;
        switch (_stage)
        {
            case Stage.Jobs when _killed:
                LeaveBehind();
                break;
            case Stage.Jobs:
                KillAll($"the shutdown has taken its {InWords.Of(Limit)}");
                break;
            case Stage.Strays:
                _stage = Stage.KilledStrays;
                EndStrays(Signal.Kill);
                break;
            case Stage.KilledStrays:
                story.TellOfSupervisor(StoryLevel.Warning, $"{processes.StrayCount()} processes that belong to no job do not end even by SIGKILL; they are left behind", clock.Now);
                RunHooks();
                break;
            case Stage.Hooks when !_killed:
                HurryHooks($"the shutdown has taken its {InWords.Of(Limit)}");
                break;
            case Stage.Hooks:
                story.TellOfSupervisor(StoryLevel.Error, "the supervisor's cleanup hooks take too long; what is left of them runs at the next start", clock.Now);
                _stage = Stage.Over;
                break;
            default:
                break;
        }
    }

    private void KillAll(string reason)
    {
        if (_killed || _stage is not Stage.Jobs)
        {
            return;
        }

        _killed = true;
        story.TellOfSupervisor(StoryLevel.Warning, $"{reason}: SIGKILL to everything that still runs", clock.Now);
        Arm(_killPatience);
        foreach (var slot in table.All)
        {
            slot.StopOrdered = null;
            runner.Apply(slot, new JobEvent.Kill(reason));
        }
    }

    // Last, when nothing else is left that they could be in the way of.
    private void RunHooks()
    {
        if (!own.AreOwed)
        {
            _stage = Stage.Over;
            return;
        }

        _stage = Stage.Hooks;
        var left = _limit - clock.Now.Monotonic;
        Arm(left > _killPatience && !_killed ? left : _killPatience);
        own.Begin(ExitCode);
    }

    private void HurryHooks(string reason)
    {
        if (_stage is Stage.Hooks)
        {
            _killed = true;
            Arm(_killPatience);
            own.Hurry(reason);
        }
    }

    // A process that hangs in the kernel must not keep the supervisor, and with it a whole shutdown of the machine, for ever.
    private void LeaveBehind()
    {
        var left = table.All.Where(slot => !slot.State.Phase.HasNoProcess() || slot.Steps.Count > 0).ToList();
        var names = string.Join(", ", left.Select(slot => slot.Name));
        var owed = left.Exists(slot => slot.State.Cleanup is not null) ? " (cleanup hooks that are still owed run at the next start)" : "";
        story.TellOfSupervisor(StoryLevel.Error, $"{names}: not ended {InWords.Of(_killPatience)} after SIGKILL; left behind{owed}", clock.Now);
        ExitCode = ExitCode == 0 ? 1 : ExitCode;
        _stage = Stage.Strays;
        EndStrays(Signal.Term);
    }

    private void EndStrays(Signal signal)
    {
        var strays = processes.StrayCount();
        if (strays == 0)
        {
            RunHooks();
            return;
        }

        story.TellOfSupervisor(StoryLevel.Warning, $"{strays} processes came to the supervisor and belong to no job; {signal} to them", clock.Now);
        processes.SignalStrays(signal);
        Arm(JobMachine.LeftoverPatience);
    }

    private void Arm(TimeSpan patience)
    {
        Deadline = clock.Now.Monotonic + patience;
        deadlines.Update(this);
    }
}
