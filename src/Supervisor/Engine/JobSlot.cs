using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>What the engine holds of one instance: its machine's state and the things of the world that belong to it. Engine thread only.</summary>
internal sealed partial class JobSlot(InstanceName name, JobDefinition definition, JobSpec spec, Action<JobSlot> deadlineCame) : IDeadlineOwner
{
    /// <summary>Its name.</summary>
    public InstanceName Name => name;

    /// <summary>The job of the file.</summary>
    public JobDefinition Definition { get; set; } = definition;

    /// <summary>The spec in force.</summary>
    public JobSpec Spec
    {
        get;
        set
        {
            if (field.Board != value.Board || !field.Regions.Equals(value.Regions))
            {
                Memory?.Reconfigure(value.Board, value.Regions);
            }

            if (!field.Sockets.Equals(value.Sockets))
            {
                Sockets?.Unwatch();
                Sockets?.Reconfigure(value.Sockets);
                // Who waits for a connection begins anew, at the new ones.
                Watch = null;
            }

            field = value;
        }
    } = spec;

    /// <summary>The machine's state.</summary>
    public JobState State { get; set; } = JobState.Initial;

    /// <summary>Its log; opened before its first start.</summary>
    public IJobLog? Log { get; set; }

    /// <summary>The attempt whose beginning the log has been told.</summary>
    public int LoggedAttempt { get; set; }

    /// <summary>Its board and its share in the regions; made before its first start.</summary>
    public IJobMemory? Memory { get; set; }

    /// <summary>Its sockets; made when they are opened for the first time.</summary>
    public IJobSockets? Sockets { get; set; }

    /// <summary>Set while it waits for a connection; another one each time.</summary>
    public object? Watch { get; set; }

    /// <summary>Whether the stop that was ordered is not followed by a start: then its sockets are closed.</summary>
    public bool StopsForGood { get; set; }

    /// <summary>Its schedule; null: it never had one that was on.</summary>
    public ScheduleTimer? Timer { get; set; }

    /// <summary>Reloads asked of this attempt.</summary>
    public int Reloads { get; set; }

    /// <summary>Whether a reload is the last thing that was asked of it.</summary>
    public bool IsReloading { get; set; }

    /// <summary>Gives its shared memory back: the job is gone.</summary>
    public void CloseMemory()
    {
        Memory?.Close();
        Memory = null;
    }

    /// <summary>The main process; kept after its end until nothing of its group is left.</summary>
    public IChildProcess? Child { get; set; }

    /// <summary>Step processes that run.</summary>
    public List<StepRun> Steps { get; } = [];

    /// <summary>The socket for sd_notify; made before its first start, when it asks for one.</summary>
    public INotifySocket? Notify { get; set; }

    /// <summary>What that socket was made for; null: there is none.</summary>
    public (bool InChroot, int Store)? NotifyMadeFor { get; set; }

    /// <summary>To which its process writes a newline when it is ready; null: it does not.</summary>
    public IReadyDescriptor? ReadyDescriptor { get; set; }

    /// <summary>Whether its stop is half of a restart: then what it has left with us is kept.</summary>
    public bool ComesBack { get; set; }

    /// <summary>When it goes again, in words: a rolling restart has brought it along; null: it is one that the configuration asks for.</summary>
    public string? ExtraUntil
    {
        get;
        set
        {
            Changed |= field != value;
            field = value;
        }
    }

    /// <summary>Whether it is an extra instance of a rolling restart.</summary>
    public bool IsExtra => ExtraUntil is not null;

    /// <summary>The rolling restart that cares for it; null, or over: nobody does.</summary>
    public PendingOperation? HeldBy { get; set; }

    /// <summary>Signs of life so far, of whatever kind; null: it can give none.</summary>
    public ulong? Heartbeat => Memory?.Heartbeat is { } board ? board + (Notify?.Beats ?? 0) : Notify?.Beats;

    /// <summary>The probe that is being asked; null: none is.</summary>
    public RunningProbe? Probe { get; set; }

    /// <summary>Stands for the supervisor itself, which owes hooks as well; no job, and in no table.</summary>
    public bool IsSupervisor { get; set; }

    /// <summary>The newest write of the journal about it that is not through; 0: none.</summary>
    public long JournalTicket { get; set; }

    /// <summary>Starts that wait for it.</summary>
    public Queue<Action> HeldBack { get; } = new();

    /// <summary>The mark of the hook that runs.</summary>
    public StartMark HookMark { get; set; } = StartMark.None;

    /// <summary>Why it is to be stopped as soon as nobody that goes down with it needs it; null: it is not.</summary>
    public string? StopOrdered { get; set; }

    /// <summary>Whether the unmet dependencies of this wait have been told.</summary>
    public string? WaitTold { get; set; }

    /// <summary>What of its <c>resources:</c> does not hold, in words; null: all does.</summary>
    public string? ResourceWarning { get; set; }

    /// <summary>What is to be said in status besides the state.</summary>
    public string? Remark { get; set; }

    /// <summary>The last events, oldest first.</summary>
    public ImmutableArray<StoryLine> Story { get; set; } = [];

    /// <summary>Ends by cause; replaced, never written to, since readers share it.</summary>
    public ImmutableArray<long> ExitCounts { get; private set; } = _noExits;

    // One for all: most jobs never end.
    private static readonly ImmutableArray<long> _noExits = [.. new long[Enum.GetValues<ExitCause>().Length]];

    /// <summary>Automatic restarts.</summary>
    public long RestartsEver { get; private set; }

    /// <summary>It leaves the table for good.</summary>
    public void Remove()
    {
        IsRemoved = true;
        Changed = true;
        Timer?.End();
        Sockets?.Close();
        Log?.Close();
        Notify?.Close();
        CloseMemory();
    }

    /// <summary>The newest start that went through to the end.</summary>
    public StartTimes? LastStart { get; private set; }

    /// <summary>The first one.</summary>
    public StartTimes? FirstStart { get; private set; }

    // Since when it is to be up and is not.
    private Instant? _wanted;

    /// <summary>Counts what a transition has brought.</summary>
    public void Count(JobState before)
    {
        if (State.Exits is [var newest, ..] && (before.Exits is not [var known, ..] || !ReferenceEquals(newest, known)))
        {
            ExitCounts = ExitCounts.SetItem((int)newest.Cause, ExitCounts[(int)newest.Cause] + 1);
        }

        if (State.Restarts > before.Restarts)
        {
            RestartsEver++;
        }

        if (State.Phase != before.Phase)
        {
            TimeStart(before.Phase);
        }
    }

    private void TimeStart(Phase from)
    {
        if (State.Phase is Phase.Waiting or Phase.Preparing or Phase.Spawning)
        {
            _wanted ??= State.Since;
        }

        if (State.Phase is Phase.Ready || (State is { Phase: Phase.Completed } or { Phase: Phase.Scheduled, Exits: [{ Success: true }, ..] } && Spec.Kind is JobKind.Oneshot))
        {
            LastStart = new(_wanted ?? State.AttemptBegan, State.AttemptBegan, State.Since);
            FirstStart ??= LastStart;
        }

        // The attempts between which it backs off belong to one start.
        if (State.Phase is Phase.Ready or Phase.Scheduled || State.Phase.IsAtRest())
        {
            _wanted = null;
        }
    }

    /// <summary>Whether readers have not seen its newest state.</summary>
    public bool Changed
    {
        get;
        set
        {
            if (value && !field)
            {
                Unpublished?.Add(this);
            }

            field = value;
            Version += value ? 1 : 0;
        }
    } = true;

    /// <summary>Where it puts itself when it has changed.</summary>
    public List<JobSlot>? Unpublished { get; init; }

    /// <summary>Its place among all instances; of use while it is one of them.</summary>
    public int Place { get; set; }

    /// <summary>Grows with every change: who has judged this version need not look again.</summary>
    public long Version { get; private set; }

    /// <summary>Whether the configuration no longer has it: nothing starts it any more.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>How the last reload command failed, in words; null: it did not.</summary>
    public string? ReloadFailure { get; set; }

    /// <summary>What readers see.</summary>
    public InstanceSnapshot? Published { get; set; }

    /// <inheritdoc/>
    public TimeSpan? Deadline => State.NextDeadline;

    /// <inheritdoc/>
    public TimeSpan? QueuedFor { get; set; }

    /// <inheritdoc/>
    public void DeadlineCame() => deadlineCame(this);
}
