using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>
/// The log of one instance. Its methods are the engine's and only queue commands; pipes made here are handed over to the log thread.
/// </summary>
internal sealed class JobLog : IJobLog
{
    private readonly LogThread _thread;
    private LogSpec _spec;
    private LogSpec? _next;
    private LogPipe? _out;
    private LogPipe? _error;

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
        StdioTarget.Null, Target(_spec.Stdout, _out), _spec.Stderr.Kind == LogTargetKind.SameAsStdout ? SharedTarget() : Target(_spec.Stderr, _error));

    /// <summary>Why nothing is kept here; null: something is.</summary>
    public string? WhyNotKept => Volatile.Read(ref _out) is null && Volatile.Read(ref _error) is null
        ? $"logs of {Account.Name} go to {Describe(Spec.Stdout)} and are not kept here"
        : null;

    /// <summary>Whether that target is read by us.</summary>
    public static bool IsPiped(LogTarget target) => target.Kind is LogTargetKind.File or LogTargetKind.Console;

    /// <inheritdoc/>
    public void Reconfigure(LogSpec spec) => _next = spec;

    /// <inheritdoc/>
    public void BeginRun(int attempt, DateTimeOffset at)
    {
        if (_next is { } next)
        {
            _next = null;
            Apply(next);
        }

        _thread.Post(new(LogCommandKind.BeginRun, this));
    }

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

    private void Apply(LogSpec spec)
    {
        var (oldOut, oldError) = (_out, _error);
        var newOut = IsPiped(spec.Stdout) ? oldOut ?? LogPipe.Open(LogStream.Stdout) : null;
        var newError = oldError;
        try
        {
            newError = IsPiped(spec.Stderr) ? oldError ?? LogPipe.Open(LogStream.Stderr) : null;
        }
        catch when (newOut != oldOut)
        {
            newOut?.Close();
            throw;
        }

        _thread.Post(new(LogCommandKind.Retire, this, newOut is null ? oldOut : null, newError is null ? oldError : null));
        _thread.Post(new(LogCommandKind.Configure, this, newOut, newError, spec));
        Volatile.Write(ref _spec, spec);
        Volatile.Write(ref _out, newOut);
        Volatile.Write(ref _error, newError);
    }

    // Shared with a target of another kind than a pipe, stderr gets what stdout gets; "inherit" is then descriptor 2 of ours.
    private StdioTarget SharedTarget() => Target(_spec.Stdout, _out);

    private static StdioTarget Target(LogTarget target, LogPipe? pipe) => target.Kind switch
    {
        LogTargetKind.Inherit => StdioTarget.Inherit,
        LogTargetKind.Append => new(StdioKind.Append, Path: target.Path),
        _ when pipe is not null => new(StdioKind.Descriptor, pipe.WriteEnd),
        _ => StdioTarget.Null,
    };

    private static string Describe(LogTarget target) => target.Kind switch
    {
        LogTargetKind.Append => $"append:{target.Path}",
        LogTargetKind.Inherit => "the supervisor's own output (inherit)",
        _ => "null",
    };
}
