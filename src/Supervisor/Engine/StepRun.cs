using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// One command that runs beside a main process (before_start, stop, reload, on_failure): its limit, its end with all of its descendants, and how it
/// is told. The same order as for a main process: SIGTERM, patience, SIGKILL.
/// </summary>
internal sealed class StepRun(
    JobSlot slot, StepKind kind, CommandStep step, EngineClock clock, DeadlineHeap deadlines, Action<StepRun, string?> ended, Action<JobSlot, string, Action<JobSlot, string>> guard)
    : IDeadlineOwner
{
    /// <summary>How often a start is tried again that has failed for a reason which passes.</summary>
    public const int MostRetries = 10;

    private static readonly TimeSpan _killAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _startAgain = TimeSpan.FromSeconds(1);

    private IChildProcess? _child;
    private ExitStatus? _exit;
    private bool _exited;
    private string? _cutShort;
    private bool _kill;
    private SpawnFailure? _failedStart;
    private int _retries;
    private bool _waits;

    /// <summary>Whose it is.</summary>
    public JobSlot Slot => slot;

    /// <summary>What it is for.</summary>
    public StepKind Kind => kind;

    /// <summary>What it runs.</summary>
    public Sequence<string> Command => step.Command;

    /// <summary>
    /// Told each time when the start has failed for a reason that passes and comes again, and whether it is the first time: a cleanup hook whose program never ran has not been started in
    /// the sense of what is promised, nor can it be killed: it stays owed. Null: such a failure is the end of the step.
    /// </summary>
    public Action<StepRun, SpawnFailure, bool>? Postponed { get; init; }

    /// <summary>Starts it once more.</summary>
    public required Action<StepRun> Again { get; init; }

    /// <inheritdoc/>
    public TimeSpan? Deadline { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? QueuedFor { get; set; }

    /// <summary>Whether its start has been reported.</summary>
    public bool HasStarted => _child is not null;

    /// <summary>For the image after this one.</summary>
    public StepWorld World => new()
    {
        Kind = kind,
        Step = step,
        Process = _child?.Identity,
        HasEnded = _exited,
        Exit = _exit,
        CutShort = _cutShort,
        IsKilled = _kill,
        Deadline = Deadline,
    };

    /// <summary>Goes on where the image before this one has stopped. <paramref name="child"/> null: it is started again, or is gone.</summary>
    public void GoOn(StepWorld world, IChildProcess? child)
    {
        (_child, _exited, _exit, _cutShort, _kill) = (child, world.HasEnded, world.Exit, world.CutShort, world.IsKilled);
        Deadline = child is null ? null : world.Deadline;
        deadlines.Update(this);
    }

    /// <summary>Its start is over.</summary>
    public void Reported(SpawnReported report)
    {
        if (report.Child is null)
        {
            StartFailed(report.Failure!);
            return;
        }

        _child = report.Child;
        Arm(step.Timeout);
        if (_cutShort is not null)
        {
            End();
        }
    }

    private void StartFailed(SpawnFailure failure)
    {
        _failedStart = failure;
        if (Postponed is not null && _cutShort is not null)
        {
            (_retries, _cutShort, _kill) = (0, null, false);
        }

        if (Postponed is null || _retries == MostRetries || !IsPassing(failure))
        {
            ended(this, $"failed to start{(_retries > 0 ? $" {_retries + 1} times" : "")}: {failure}");
            return;
        }

        Postponed(this, failure, _retries++ == 0);
        _waits = true;
        Arm(_startAgain);
    }

    private static bool IsPassing(SpawnFailure failure) => IsShortage(failure) || IsKilled(failure);

    private static bool IsShortage(SpawnFailure? failure) => failure is { Errno: Errno.EAGAIN or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE };

    // Somebody killed the child on its way to the program.
    private static bool IsKilled(SpawnFailure failure) => failure is { Errno: 0, Step: >= ExecStep.ResetSignals };

    /// <summary>What its end says when it was a probe. A machine that has no process left for it says nothing about the job.</summary>
    public ProbeAnswer Answer(string? failure) => failure is null ? ProbeAnswer.Passed
        : IsShortage(_failedStart) ? ProbeAnswer.Unknown(failure)
        : ProbeAnswer.Failed(failure);

    /// <summary>End it: nobody waits for its result any more.</summary>
    public void Cancel(bool atOnce)
    {
        if (_waits)
        {
            // Nothing runs that could be killed. It is tried on for as long as the shutdown waits, not given up before, and so left to the next start.
            _retries = 0;
            return;
        }

        _cutShort ??= "was called off";
        _kill |= atOnce;
        if (_child is not null)
        {
            End();
        }
    }

    /// <summary>Nobody looks after it any more: hands out its process, if it has one.</summary>
    public IChildProcess? GiveUp()
    {
        (Deadline, _waits) = (null, false);
        return _child;
    }

    /// <summary>Its process has ended.</summary>
    public void Exited(ChildExited fact)
    {
        _exited = true;
        _exit = fact.Status;
        if (!fact.Leftovers)
        {
            Finish();
            return;
        }

        End();
    }

    /// <summary>Somebody ended somewhere: look whether it was the last of ours.</summary>
    public void CheckLeftovers()
    {
        if (_exited && _child is { } child && !child.HasLeftovers())
        {
            Finish();
        }
    }

    /// <inheritdoc/>
    public void DeadlineCame() => guard(slot, "the limit of a step", _waits ? StartAgain : CutShort);

    private void StartAgain(JobSlot of, string happened)
    {
        (Deadline, _waits) = (null, false);
        Again(this);
    }

    private void CutShort(JobSlot of, string happened)
    {
        _kill |= _cutShort is not null || _exited;
        _cutShort ??= _exited ? null : $"ran longer than its timeout of {InWords.Of(step.Timeout)}";
        End();
    }

    private void End()
    {
        Arm(_kill ? _killAgain : JobMachine.LeftoverPatience);
        var someone = _child!.SignalAll(_kill ? Signal.Kill : Signal.Term);
        if (!_kill)
        {
            _child.SignalAll(Signal.Cont);
        }

        if (!someone && _exited)
        {
            Finish();
        }
    }

    private void Arm(TimeSpan patience)
    {
        Deadline = clock.Now.Monotonic + patience;
        deadlines.Update(this);
    }

    private void Finish()
    {
        Deadline = null;
        _child!.Dispose();
        ended(this, _cutShort ?? (_exit is { Code: 0 } ? null : _exit is { Code: not null } ? $"exited with {InWords.Of(_exit)}" : $"was ended by {InWords.Of(_exit)}"));
    }
}
