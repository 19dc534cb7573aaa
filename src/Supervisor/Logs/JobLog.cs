using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>
/// The log of one instance. Its methods are the engine's and only queue commands; pipes made here are handed over to the log thread.
/// </summary>
internal sealed class JobLog : IJobLog
{
    private readonly LogThread _thread;
    private readonly FileGenerations[] _files = [new(), new()];
    private LogSpec _spec;
    private LogSpec? _next;
    // Kept until the end, whatever the target has become: processes of earlier runs may still write, and must not get SIGPIPE.
    private LogPipe? _out;
    private LogPipe? _error;
    private LogRun _run = LogRun.None;
    private bool _keeperIsAsked;
    private string? _keeperTrouble;

    public JobLog(LogThread thread, LogAccount account, LogSpec spec)
    {
        (_thread, Account, _spec) = (thread, account, spec);
        Apply(spec);
    }

    /// <summary>Counters.</summary>
    public LogAccount Account { get; }

    /// <summary>The last output.</summary>
    public LineRing Ring { get; } = new();

    /// <summary>Where the current run begins in stdout's and stderr's file.</summary>
    public RunMark Mark { get; set; } = RunMark.None;

    /// <summary>Whose output it carries; the log thread's.</summary>
    public LogRun Run { get; set; } = LogRun.None;

    /// <summary>Looks after the older files.</summary>
    public LogKeeper? Keeper { get; init; }

    /// <summary>Counts the files of a stream.</summary>
    public FileGenerations Files(LogStream stream) => _files[(int)stream];

    /// <summary>Hears that the job is gone.</summary>
    public Action<JobLog>? Closed { get; init; }

    /// <summary>The job is gone.</summary>
    public bool IsClosed { get; set; }

    /// <summary>What is configured now.</summary>
    public LogSpec Spec => Volatile.Read(ref _spec);

    /// <summary>Followers that wait; null: nobody.</summary>
    public LogWaiters Waiters { get; } = new();

    /// <inheritdoc/>
    public StdioTargets Targets => new(
        StdioTarget.Null,
        Target(_spec.Stdout, _out, 1),
        _spec.Stderr.Kind == LogTargetKind.SameAsStdout ? Target(_spec.Stdout, _out, 1) : Target(_spec.Stderr, _error, 2));

    /// <summary>Why nothing is kept here; null: something is.</summary>
    public string? WhyNotKept => !IsPiped(Spec.Stdout) && !IsPiped(Spec.Stderr)
        ? $"logs of {Account.Name} go to {Describe(Spec.Stdout)} and are not kept here"
        : null;

    /// <summary>Whether that target is read by us.</summary>
    public static bool IsPiped(LogTarget target) => target.Kind is LogTargetKind.File or LogTargetKind.Console or LogTargetKind.Journal;

    /// <inheritdoc/>
    public void Reconfigure(LogSpec spec) => _next = spec;

    /// <inheritdoc/>
    public void BeginRun(int attempt, string invocationId)
    {
        if (_next is { } next)
        {
            Apply(next);
            _next = null;
        }

        _run = new(attempt, invocationId, 0);
        _thread.Post(new(LogCommandKind.BeginRun, this, Run: _run));
    }

    /// <inheritdoc/>
    public void RunsAs(int pid)
    {
        _run = _run with { Pid = pid };
        _thread.Post(new(LogCommandKind.Runs, this, Run: _run));
    }

    /// <summary>Begins new files; what came of it is told when the log thread has done it. Callable from any thread.</summary>
    public Task<IReadOnlyList<RotatedFile>> Rotate()
    {
        var told = new TaskCompletionSource<IReadOnlyList<RotatedFile>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _thread.Post(new(LogCommandKind.Rotate, this, Rotated: told));
        return told.Task;
    }

    /// <summary>Has the older files looked after: called when there is one more, or when the configuration may have changed.</summary>
    public void Tend() => Keeper?.Tend(this);

    /// <inheritdoc/>
    public void Drain(long spawnId) => _thread.Post(new(LogCommandKind.Drain, this, _out, _error, SpawnId: spawnId));

    /// <inheritdoc/>
    public void Close()
    {
        _thread.Post(new(LogCommandKind.Retire, this, _out, _error));
        _thread.Post(new(LogCommandKind.Forget, this));
        (_out, _error) = (null, null);
        Closed?.Invoke(this);
    }

    /// <summary>Whether the keeper is not asked already.</summary>
    public bool MayAskKeeper() => !Interlocked.Exchange(ref _keeperIsAsked, true);

    /// <summary>The keeper comes: what happens from now on is for its next turn.</summary>
    public void KeeperComes() => Volatile.Write(ref _keeperIsAsked, false);

    /// <summary>The keeper could not do its work (or, null, could): told when it changes.</summary>
    public void KeeperFails(string? why)
    {
        if (why is not null && _keeperTrouble != why)
        {
            Account.Say($"log of {Account.Name}: {why}");
        }

        _keeperTrouble = why;
    }

    private void Apply(LogSpec spec)
    {
        var newOut = IsPiped(spec.Stdout) ? _out ?? LogPipe.Open(LogStream.Stdout) : null;
        LogPipe? newError;
        try
        {
            newError = IsPiped(spec.Stderr) ? _error ?? LogPipe.Open(LogStream.Stderr) : null;
        }
        catch when (newOut != _out)
        {
            newOut?.Close();
            throw;
        }

        _thread.Post(new(LogCommandKind.Configure, this, newOut, newError, spec));
        Volatile.Write(ref _spec, spec);
        (_out, _error) = (newOut ?? _out, newError ?? _error);
    }

    private static StdioTarget Target(LogTarget target, LogPipe? pipe, int inherited) => target.Kind switch
    {
        LogTargetKind.Inherit => new(StdioKind.Inherit, inherited),
        LogTargetKind.Append => new(StdioKind.Append, Path: target.Path),
        LogTargetKind.File or LogTargetKind.Console or LogTargetKind.Journal => new(StdioKind.Descriptor, pipe!.WriteEnd),
        _ => StdioTarget.Null,
    };

    private static string Describe(LogTarget target) => target.Kind switch
    {
        LogTargetKind.Append => $"append:{target.Path}",
        LogTargetKind.Inherit => "the supervisor's own output (inherit)",
        _ => "null",
    };
}
