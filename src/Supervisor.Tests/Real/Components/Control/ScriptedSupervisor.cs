using System.Collections.Immutable;
using Supervisor.Engine;
using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Tests.Real.Components.Control;

/// <summary>An engine whose answers the test writes.</summary>
internal sealed class ScriptedSupervisor : ISupervisor, ILogReader
{
    private readonly TaskCompletionSource _submitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What was submitted, in order.</summary>
    public List<Operation> Submitted { get; } = [];

    /// <summary>Ends when the first operation has come.</summary>
    public Task FirstSubmitted => _submitted.Task;

    /// <summary>What an operation is answered.</summary>
    public Func<Operation, CancellationToken, Task<OperationResult>> Answer { get; set; } =
        (_, _) => Task.FromResult(new OperationResult(OperationOutcome.Done, null, []));

    /// <summary>Lines of every log.</summary>
    public List<LogLine> Lines { get; } = [];

    /// <summary>What a follower gets after them; it is never told the end.</summary>
    public TaskCompletionSource<LogLine> Followed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LogQuery? Query { get; private set; }

    public SupervisorSnapshot Snapshot { get; set; } = Of(Instance("web", PublicState.Ready), Instance("db", PublicState.Backoff));

    public Task<OperationResult> Submit(Operation operation, CancellationToken cancellation)
    {
        lock (Submitted)
        {
            Submitted.Add(operation);
        }

        _submitted.TrySetResult();
        return Answer(operation, cancellation);
    }

    /// <summary>What a rotation is answered.</summary>
    public List<RotatedFile> Rotated { get; } = [];

    /// <summary>Why nothing is kept.</summary>
    public string? WhyNotKept { get; set; }

    public LogFeed Read(InstanceName name, LogQuery query)
    {
        Query = query;
        return new(Lines, cancellation => Coming(query, cancellation), WhyNotKept);
    }

    public Task<IReadOnlyList<RotatedFile>> Rotate(InstanceName name) => Task.FromResult<IReadOnlyList<RotatedFile>>(Rotated);

    private async IAsyncEnumerable<LogLine> Coming(LogQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (query.Follow)
        {
            yield return await Followed.Task.WaitAsync(cancellation);
            await Task.Delay(Timeout.Infinite, cancellation);
        }
    }

    public IReadOnlyList<LogLine> LastLines(InstanceName name, int count) => Lines.TakeLast(count).ToList();

    /// <summary>Counters of every log.</summary>
    public LogCounters Counted { get; set; } = LogCounters.Zero;

    public LogCounters Counters(InstanceName name) => Counted;

    public static LogLine Line(string text, LogStream stream = LogStream.Stdout) =>
        new(Noon, stream, System.Text.Encoding.UTF8.GetBytes(text));

    public static InstanceSnapshot Instance(string job, PublicState state, Goal goal = Goal.Up, int? index = null) => new()
    {
        Name = new(job, index ?? 0, index is not null),
        State = state,
        Goal = goal,
        Pid = state is PublicState.Ready or PublicState.Running ? 4711 : null,
        Attempt = 3,
        Restarts = 2,
        Since = new(TimeSpan.FromSeconds(10), Noon),
        RunningSince = state is PublicState.Ready or PublicState.Running ? new(TimeSpan.FromSeconds(10), Noon) : null,
        Next = state is PublicState.Backoff ? new("attempt 4", new(TimeSpan.FromSeconds(103.2), Noon.AddSeconds(93.2))) : null,
        Exits = state is PublicState.Backoff ? [Segfault] : [],
        Story = [new(7, Noon, 3, state, StoryLevel.Warning, "ended by SIGSEGV (core dumped)")],
        Spec = Spec(job, index),
        Definition = Definition(job),
    };

    public static ExitRecord Segfault { get; } = new()
    {
        Attempt = 3,
        InvocationId = "0123456789abcdef0123456789abcdef",
        Cause = ExitCause.Core,
        Pid = 4710,
        Status = ExitStatus.Signaled(new Signal(11), coreDumped: true),
        Success = false,
        Started = Noon,
        Ended = Noon.AddSeconds(1.4),
        Duration = TimeSpan.FromSeconds(1.4),
        Usage = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.1), 84 * 1024 * 1024, 1, 2, 3, 4),
    };

    public static SupervisorSnapshot Of(params InstanceSnapshot[] instances) => new()
    {
        State = SupervisorState.Running,
        Started = new(TimeSpan.Zero, Noon),
        Instances = [.. instances],
        Spec = new()
        {
            File = "/etc/supervisor.yaml",
            Daemon = Daemon("/run/none.sock"),
            Jobs = [.. instances.Select(i => i.Name.Job).Distinct().Select(Definition)],
        },
        OrphansReaped = 1,
        LateFacts = 0,
        Strays = 0,
        LastSequence = 7,
    };

    public static DaemonSpec Daemon(string socket) => new()
    {
        RuntimeDirectory = "/run/none",
        StateDirectory = "/run/none",
        LogDirectory = "/run/none",
        ControlSocket = socket,
    };

    private static JobDefinition Definition(string job) => new(
        job, 1, index => Spec(job, index), [new("", new("web.yaml", 3, 3)), new("directory", new("web.yaml", 7, 16))], []);

    private static JobSpec Spec(string job, int? index) => new()
    {
        Name = new(job, index ?? 0, index is not null),
        Process = new() { Command = ["/bin/sleep", "1 day"], Directory = "/srv", Environment = [new("DB_PASSWORD", "hunter2"), new("PORT", "80"), new("BROKER", "amqp://web:hunter2@host")] },
    };
}
