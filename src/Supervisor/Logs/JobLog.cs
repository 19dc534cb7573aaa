using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>
/// The log of one instance. Its methods are the engine's and only queue commands; pipes made here are handed over to the log thread.
/// </summary>
internal sealed class JobLog : IJobLog
{
    private readonly LogThread _thread;
    // Made when a stream first has a file: most jobs have one for both, and many none.
    private FileGenerations? _filesOut;
    private FileGenerations? _filesError;
    private LogSpec _spec;
    private LogSpec? _next;
    // Kept until the end, whatever the target has become: processes of earlier runs may still write, and must not get SIGPIPE.
    private LogPipe? _out;
    private LogPipe? _error;
    private LogRun _run = LogRun.None;
    private bool _keeperIsAsked;
    private string? _keeperTrouble;

    private readonly IDescriptorHolder _holder;
    private readonly bool _outlivesReader;

    /// <summary>Makes its pipes, or goes on with those that an earlier image has left.</summary>
    /// <param name="thread">Reads them.</param>
    /// <param name="account">Counts.</param>
    /// <param name="spec">What is configured.</param>
    /// <param name="holder">Holds the pipes for the image after this one.</param>
    /// <param name="left">What the image before this one has told; null: nothing.</param>
    /// <param name="outlivesReader">Whether the job is to be able to write while no supervisor reads.</param>
    public JobLog(LogThread thread, LogAccount account, LogSpec spec, IDescriptorHolder holder, JobLogState? left = null, bool outlivesReader = false)
    {
        (_thread, Account, _spec, _holder, _outlivesReader) = (thread, account, left?.Spec ?? spec, holder, outlivesReader);
        _out = LogPipe.Left(LogStream.Stdout, holder, HolderName(LogStream.Stdout), outlivesReader);
        _error = LogPipe.Left(LogStream.Stderr, holder, HolderName(LogStream.Stderr), outlivesReader);
        if (left is not null)
        {
            GoOn(left);
        }

        Apply(_spec);
    }

    /// <summary>What the image after this one is told; the engine and the log thread are at rest.</summary>
    /// <param name="mostOfRing">Bytes of the last output at most.</param>
    public JobLogState State(int mostOfRing) => new()
    {
        Name = Account.Name,
        Spec = _spec,
        Run = _run,
        Mark = Mark,
        Counters = Account.Now,
        Ring = Ring.Save(mostOfRing),
        Out = StateOf(_out, LogStream.Stdout),
        Error = StateOf(_error, LogStream.Stderr),
    };

    /// <summary>Counters.</summary>
    public LogAccount Account { get; }

    /// <summary>The last output.</summary>
    public LineRing Ring { get; } = new();

    /// <summary>Where the current run begins in stdout's and stderr's file.</summary>
    public RunMark Mark { get; set; } = RunMark.None;

    /// <summary>Whose output it carries; the log thread's.</summary>
    public LogRun Run { get; set; } = LogRun.None;

    /// <summary>The line that is waited for; null: none is. The log thread's.</summary>
    public LineWatch? Watch { get; set; }

    /// <summary>Looks after the older files.</summary>
    public LogKeeper? Keeper { get; init; }

    /// <summary>Counts the files of a stream.</summary>
    public FileGenerations Files(LogStream stream)
    {
        ref var files = ref FilesSoFar(stream);
        return Volatile.Read(ref files) ?? Interlocked.CompareExchange(ref files, new(), null) ?? files!;
    }

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
        TellRun(LogCommandKind.BeginRun);
    }

    /// <inheritdoc/>
    public void WatchFor(long spawnId, string pattern) => _thread.Post(new(LogCommandKind.Watch, this, _out, _error, Watch: new(spawnId, pattern)));

    /// <inheritdoc/>
    public void RunsAs(int pid)
    {
        _run = _run with { Pid = pid };
        TellRun(LogCommandKind.Runs);
    }

    private bool HasPipe => _out is not null || _error is not null;

    // Without a pipe nothing comes of whose run it matters to know: a job that is restarted for ever does not wake the log thread, and leaves nothing with it.
    private void TellRun(LogCommandKind kind)
    {
        if (HasPipe)
        {
            _thread.Post(new(kind, this, Run: _run));
        }
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
    public void Drain(long spawnId)
    {
        if (HasPipe)
        {
            _thread.Post(new(LogCommandKind.Drain, this, _out, _error, SpawnId: spawnId));
        }
        else
        {
            _thread.Inbox.Post(new LogDrained(spawnId));
        }
    }

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

    private ref FileGenerations? FilesSoFar(LogStream stream) => ref stream is LogStream.Stdout ? ref _filesOut : ref _filesError;

    private StreamState StateOf(LogPipe? pipe, LogStream stream) => new()
    {
        IsMidLine = pipe?.IsMidLine ?? false,
        KeptOfLine = pipe?.Line.Length ?? 0,
        IsSkipping = pipe?.Line.Skipping ?? false,
        IsMarked = pipe?.Line.Marked ?? false,
        OlderFiles = FilesSoFar(stream)?.AllOlder ?? [],
        CurrentFile = FilesSoFar(stream)?.Current ?? 0,
        Sink = pipe?.Sink?.State ?? new(),
    };

    private void GoOn(JobLogState left)
    {
        Account.Restore(left.Counters);
        Ring.Restore(left.Ring);
        (Mark, Run, _run) = (left.Mark, left.Run, left.Run);
        foreach (var (pipe, stream, state) in new[] { (_out, LogStream.Stdout, left.Out), (_error, LogStream.Stderr, left.Error) })
        {
            if (state.OlderFiles.Count > 0 || state.CurrentFile != 0)
            {
                Files(stream).Restore(state.OlderFiles, state.CurrentFile);
            }

            if (pipe is not null)
            {
                pipe.IsMidLine = state.IsMidLine;
                pipe.Line = new() { Length = state.KeptOfLine, Skipping = state.IsSkipping, Marked = state.IsMarked };
                pipe.SinkLeft = state.Sink;
            }
        }
    }

    private string HolderName(LogStream stream) => $"log/{Account.Name}/{(stream is LogStream.Stdout ? "out" : "err")}";

    private void Apply(LogSpec spec)
    {
        var newOut = IsPiped(spec.Stdout) ? _out ?? LogPipe.Open(LogStream.Stdout, _holder, HolderName(LogStream.Stdout), _outlivesReader) : Unread(_out);
        LogPipe? newError;
        try
        {
            newError = IsPiped(spec.Stderr) ? _error ?? LogPipe.Open(LogStream.Stderr, _holder, HolderName(LogStream.Stderr), _outlivesReader) : Unread(_error);
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

    // A pipe of an earlier image that nobody reads yet, although the target is another by now: somebody may write into it.
    private static LogPipe? Unread(LogPipe? pipe) => pipe is { IsTakenOver: true, Tag: 0 } ? pipe : null;

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
