using System.Collections.Concurrent;
using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>
/// The one writer: everything that is decided about jobs is decided here, on one thread, in turns. A turn takes what the inbox holds, fires the
/// deadlines that are due, follows every change to its end, answers who waited for it, and publishes one snapshot.
/// </summary>
public sealed partial class EngineLoop : ISupervisor, IEngineInbox
{
    private sealed record Asked(Operation Operation, TaskCompletionSource<OperationResult> Answer) : EngineFact;

    private sealed record Pinged(TaskCompletionSource Answer) : EngineFact;

    // While that many starts are on their way their reports come one by one, and a turn for each would cost more than what it is about. The spawn thread has
    // more to do than can run out in a rest. Only after a report: while a start hangs, nothing here wakes up, but once to tell it.
    private const int ManyStarts = 32;

    private readonly ConcurrentQueue<EngineFact> _inbox = new();
    private readonly IWakeup _wakeup;
    private readonly IProcesses _processes;
    private readonly EngineClock _clock;
    private readonly Story _story;
    private readonly DeadlineHeap _deadlines = new();
    private readonly JobTable _table = new();
    private readonly JobRunner _runner;
    private readonly Action<JobSlot> _deadlineCame;
    private readonly Dependencies _dependencies;
    private readonly ShutdownSequence _shutdown;
    private readonly Reconfiguration _reconfiguration;
    private readonly Operations _operations;
    private readonly ExtraInstances _extras;
    private readonly RestartGate _restarts;
    private readonly Schedules _schedules;
    private readonly OwnHooks _own;
    private readonly OwedCleanups _owed;
    private readonly TaskCompletionSource _booted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Instant _started;
    private int _awake;
    private bool _isOver;
    private bool _isBurst;
    private long _orphans;
    private int _strays;
    private bool _countStrays;
    private bool _mayStart;
    private bool _changed = true;
    private SupervisorState _state = SupervisorState.Starting;
    private SupervisorSnapshot _snapshot;

    /// <summary>Makes an engine for a configuration; nothing starts before <see cref="Boot"/>.</summary>
    public EngineLoop(
        SupervisorSpec spec, Func<IEngineInbox, IProcesses> processes, Func<IEngineInbox, ILogs> logs, EngineClock clock, IStoryListener listener, IWakeup wakeup,
        IBoards? boards = null, IScheduleMemory? schedules = null, Func<IEngineInbox, IProbes>? probes = null,
        Func<IEngineInbox, ISockets>? sockets = null, Func<IEngineInbox, ICleanupJournal>? journal = null,
        Func<IEngineInbox, INotifications>? notifications = null, World? left = null, bool afterCrash = false)
    {
        _wakeup = wakeup;
        _processes = processes(this);
        _clock = clock;
        (_left, _afterCrash) = (left, afterCrash);
        _started = left?.Started ?? _clock.Now;
        _story = new(listener);
        var ledger = new CleanupLedger(journal?.Invoke(this) ?? new NoJournal(this), _story, _clock);
        _deadlineCame = slot => _runner!.Apply(slot, new JobEvent.DeadlineDue(slot.Heartbeat, HeldUntil(slot)));
        _runner = new(
            _processes, logs(this), new(boards ?? new NoBoards(), _clock), new(probes?.Invoke(this) ?? new NoProbes(), notifications?.Invoke(this) ?? new NoNotifications()),
            sockets?.Invoke(this) ?? new NoSockets(), ledger, _clock, _story, _deadlines, this, spec.Daemon.ControlSocket);
        _dependencies = new(_table, _runner, _story, _clock);
        _own = new(_runner, ledger, _clock, NewSlot);
        _owed = new(ledger.Journal, _table, _runner, _clock, NewSlot);
        _shutdown = new(_table, _runner, _dependencies, _processes, _own, _story, _clock, _deadlines) { Limit = spec.Daemon.StopTimeout };
        _schedules = new(_table, _dependencies, _runner, _story, _clock, _deadlines, schedules ?? new NoScheduleMemory());
        _restarts = new(() => _reconfiguration!.Spec.Daemon.RestartLimit, _story, _clock);
        var turns = new Turns(_shutdown);
        _reconfiguration = new(_table, _dependencies, _shutdown, _schedules, _own, turns, NewSlot) { Spec = spec };
        _extras = new(_table, _dependencies, _story, _clock, NewSlot);
        _operations = new(_table, _runner, _dependencies, _shutdown, _reconfiguration, new(_table, _dependencies, turns, NewSlot), new(_dependencies, turns, _extras, _story, _clock), _schedules);
        var before = (left?.Instances ?? []).ToLookup(instance => instance.Name.Job);
        _table.Replace(spec.Jobs.SelectMany(job => SlotsOf(job, [.. before[job.Name]])));
        _snapshot = MakeSnapshot();
    }

    /// <inheritdoc/>
    public SupervisorSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Called on the engine thread after each publication; hands over and returns.</summary>
    public Action? Published { get; init; }

    /// <summary>Ends when every job that starts by itself has been started once, or waits for what is still on its way.</summary>
    public Task Booted => _booted.Task;

    /// <summary>What `run` ends with, after <see cref="Run"/> has returned.</summary>
    public int ExitCode => _shutdown.ExitCode;

    /// <summary>
    /// Orders the start of the jobs that start by themselves, as soon as what the supervisor before has left owed lets them. Before <see cref="Run"/>, or on
    /// its thread.
    /// </summary>
    public void Boot()
    {
        if (_left is not null)
        {
            GoOn(_left);
        }

        _own.Owe(_reconfiguration.Spec.Daemon.Cleanup);
        _owed.Begin(goesOn: _left is not null && !_afterCrash);
        StartJobs();
    }

    private void StartJobs()
    {
        if (_mayStart || !_owed.LetsStart)
        {
            return;
        }

        _mayStart = true;
        if (_left is not null)
        {
            // Those that it did not know yet were started when it was taken over.
            return;
        }

        foreach (var slot in _table.All.Where(slot => slot.Spec.Start is not StartMode.Manual).ToList())
        {
            _dependencies.Start(slot, byHand: false);
            // At once, so that the first one is being started while the others are told to.
            Settle();
        }
    }

    /// <summary>The life of the engine thread: turns until everything has been stopped.</summary>
    public void Run()
    {
        try
        {
            while (Turn() is var next && !_shutdown.IsOver)
            {
                if (_isBurst)
                {
                    // Who posts meanwhile need not wake us: a turn follows in any case, and a look at all that we sleep on before it.
                    Volatile.Write(ref _awake, 1);
                    _wakeup.Rest();
                    _wakeup.Wake();
                }

                if (_wakeup.Sleep(next))
                {
                    Post(new ClockWasSet());
                }
            }
        }
        finally
        {
            // A turn that has failed has told things too.
            _story.TurnEnded();
        }

        Volatile.Write(ref _isOver, true);
        RefuseTheRest();
    }

    /// <inheritdoc/>
    public void Post(EngineFact fact)
    {
        _inbox.Enqueue(fact);
        // One wake-up for however many facts arrive before the engine looks.
        if (Interlocked.Exchange(ref _awake, 1) == 0)
        {
            _wakeup.Wake();
        }
    }

    /// <inheritdoc/>
    public Task<OperationResult> Submit(Operation operation, CancellationToken cancellation)
    {
        _stopAsked |= operation is ShutDown;
        var answer = new TaskCompletionSource<OperationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new Asked(operation, answer));
        if (Volatile.Read(ref _isOver))
        {
            RefuseTheRest();
        }

        if (_frozen && operation is not ShutDown)
        {
            answer.TrySetResult(new(OperationOutcome.Refused, "the supervisor is just being upgraded: ask again in a moment", []));
        }

        return answer.Task.WaitAsync(cancellation);
    }

    /// <summary>Ends when the engine has gone through a turn: the sign of life that a watchdog wants.</summary>
    public Task Ping()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new Pinged(answer));
        return answer.Task;
    }

    /// <summary>An essential job has ended, or a signal has come: stop everything. Any thread may call it.</summary>
    public void RequestShutdown(bool immediate) => _ = Submit(new ShutDown(immediate, Wait: false), CancellationToken.None);

    /// <summary>One turn; the next deadline comes back.</summary>
    internal TimeSpan? Turn()
    {
        Volatile.Write(ref _awake, 0);
        _isBurst = false;
        ThawIfAsked();
        if (_frozen)
        {
            return null;
        }

        while (_inbox.TryDequeue(out var fact))
        {
            _changed = true;
            Handle(fact);
            FollowUp();
        }

        _deadlines.FireDue(_clock.Now.Monotonic);
        FollowUp();
        Publish();
        if (_shutdown.IsOver)
        {
            _operations.Close();
        }

        // After the publication: whoever is told "done" must find it done.
        _operations.Deliver();
        _story.TurnEnded();
        AnswerRest();

        return _frozen ? null : _inbox.IsEmpty ? _deadlines.Next() : TimeSpan.Zero;
    }

    private void Handle(EngineFact fact)
    {
        switch (fact)
        {
            case SpawnReported reported:
                _runner.Reported(reported);
                _isBurst = _runner.Starting >= ManyStarts;
                break;
            case ChildExited exited:
                _countStrays = true;
                _runner.Exited(exited);
                break;
            case LogDrained drained:
                _runner.Drained(drained);
                break;
            case OrphanReaped:
                _orphans++;
                _countStrays = true;
                _runner.CheckLeftovers();
                break;
            case ShownReady shown:
                _runner.Shown(shown);
                break;
            case Notified notified:
                _runner.Notified(notified);
                break;
            case NotificationsTaken taken:
                _runner.Taken(taken);
                break;
            case BarrierReached reached:
                reached.Barrier.Dispose();
                break;
            case ProbeAnswered answered:
                _runner.Answered(answered);
                break;
            case JournalWritten written:
                _runner.Written(written);
                break;
            case LostRunEnded ended:
                _owed.Ended(ended);
                break;
            case Asked asked:
                // One that was refused while everything was at rest has had its answer.
                if (!asked.Answer.Task.IsCompleted)
                {
                    _operations.Begin(asked.Operation, asked.Answer, _closed);
                }

                break;
            case LookedAt looked:
                looked.Answer.SetResult(WorldNow());
                break;
            case RestAsked rest:
                AskRest(rest);
                break;
            case AdoptedEnded:
                _processes.CollectAdopted();
                break;
            case AdoptedOverdue overdue:
                _processes.GiveUpAdopted(overdue.SpawnId);
                break;
            case Thawed:
                break;
            case ErrandAsked errand:
                _runner.Run(errand.Errand, errand.Answer);
                break;
            case SocketsOpened opened:
                _runner.SocketsOpened(opened);
                break;
            case ConnectionCame came when _table.Find(came.Name) is { } slot:
                _runner.Apply(slot, new JobEvent.Connected());
                // What it depends on starts with it.
                if (slot.State.Phase is Phase.Waiting)
                {
                    _dependencies.Start(slot, byHand: false, run: true, leavesStopped: true);
                }

                break;
            case ConnectionCame:
                break;
            case ClockWasSet:
                _schedules.ClockWasSet();
                break;
            case Pinged pinged:
                pinged.Answer.SetResult();
                break;
            default:
                throw new InvalidOperationException($"unknown fact {fact}");
        }
    }

    // Who waits is asked after every fact, not once a turn: the state that he waits for may be over by the end of the turn.
    private void FollowUp()
    {
        do
        {
            Settle();
            _owed.Advance();
            StartJobs();
            _shutdown.Advance();
            _operations.Advance();
        }
        while (_extras.Advance() || _runner.HasUnseen);
    }

    private void Settle()
    {
        while (_runner.TryTakeMove(out var slot, out var from))
        {
            _changed = true;
            if (slot.IsSupervisor)
            {
                continue;
            }

            _dependencies.Moved(slot, from);
            _schedules.Look(slot);
            if (slot.Spec.Essential && slot.State.Phase is Phase.Completed or Phase.Failed && !_shutdown.IsOn)
            {
                var last = slot.State.Exits is [var exit, ..] ? exit : null;
                var code = last?.Status?.ShellCode ?? (last?.Failure is { Errno: Linux.Errno.ENOENT } ? 127 : 126);
                _shutdown.Begin($"{slot.Name} is essential and has ended", immediate: false, code);
            }
        }
    }

    // As many as the image before this one had of it, or as the file says.
    private IEnumerable<JobSlot> SlotsOf(JobDefinition job, List<InstanceWorld> left)
    {
        var count = left.Count(instance => instance.ExtraUntil is null);
        foreach (var index in Enumerable.Range(0, count > 0 ? count : job.Instances))
        {
            yield return NewSlot(job, job.Instance(index));
        }

        foreach (var extra in left.Where(instance => instance.ExtraUntil is not null))
        {
            var slot = NewSlot(job, ExtraInstances.SpecOf(job, extra.Name.Index));
            slot.ExtraUntil = extra.ExtraUntil;
            _extras.GoOn(slot);
            yield return slot;
        }
    }

    private JobSlot NewSlot(JobDefinition definition, JobSpec spec) =>
        new(spec.Name, definition, spec, _deadlineCame) { Unpublished = _unpublished };

    // A restart that had to wait has its turn already.
    private TimeSpan? HeldUntil(JobSlot slot) =>
        slot.State is { Phase: Phase.Backoff, IsHeldBack: false, RetryAt.Monotonic: var due } && due <= _clock.Now.Monotonic ? _restarts.Take() : null;
}
