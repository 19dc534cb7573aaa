using System.Collections.Concurrent;
using Supervisor.Jobs.Ports;
using Supervisor.Processes;
using Supervisor.Specs;

namespace Supervisor.Tests.Support;

/// <summary>
/// Starts processes for tests, through the product's own spawner: the one in this process, because its reaper takes every child there is.
/// Nothing else in the test project may start processes. What is started dies with the test process.
/// </summary>
internal static class TestProcesses
{
    private static readonly Inbox _inbox = new();
    private static readonly Lazy<SpawnThread> _spawner = new(StartSpawner);
    private static long _lastId;

    /// <summary>How long a test waits for an event before it gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits for an event with <see cref="Patience"/>, and for no longer than the test runs.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>The one spawner.</summary>
    public static SpawnThread Spawner => _spawner.Value;

    /// <summary>The end of an orphan that has come to this process, or will.</summary>
    public static Task<OrphanReaped> Orphan(int pid) => _inbox.Orphan(pid).Task;

    /// <summary>Starts <paramref name="command"/> with its output captured.</summary>
    /// <exception cref="InvalidOperationException">The start failed.</exception>
    public static async Task<TestProcess> Start(params string[] command) => await Start(new ProcessSpec { Command = [.. command] });

    /// <summary>Starts what <paramref name="spec"/> says, with its output captured; environment: ours and what the spec adds.</summary>
    public static async Task<TestProcess> Start(ProcessSpec spec)
    {
        var (process, failure) = await TryStart(spec);
        return process ?? throw new InvalidOperationException($"{string.Join(' ', spec.Command)}: {failure}");
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(ExitStatus Status, string Output, string Error)> Run(params string[] command) =>
        await Run(new ProcessSpec { Command = [.. command] });

    /// <summary>Runs what <paramref name="spec"/> says to its end.</summary>
    public static async Task<(ExitStatus Status, string Output, string Error)> Run(ProcessSpec spec)
    {
        using var process = await Start(spec);
        var exit = await process.Exited.Soon();
        return (exit.Status!.Value, await process.Output.Soon(), await process.Error.Soon());
    }

    /// <summary>Starts, or tells which step failed. <paramref name="whenReported"/> runs on the spawner's thread, before anybody hears of it.</summary>
    public static async Task<(TestProcess? Process, SpawnFailure? Failure)> TryStart(
        ProcessSpec spec, StdioTargets? stdio = null, string? invocationId = null, Sequence<InheritedDescriptor>? inherited = null,
        Action? whenReported = null)
    {
        using var output = new CapturedPipe();
        using var error = new CapturedPipe();
        var id = Interlocked.Increment(ref _lastId);
        var (reported, exited) = _inbox.Expect(id, whenReported);
        Spawner.Start(new StartRequest
        {
            SpawnId = id,
            Owner = new("test"),
            Process = spec,
            Stdio = stdio ?? new(StdioTarget.Null, output.Target, error.Target),
            SupervisorVariables = [],
            Inherited = inherited ?? [],
            InvocationId = invocationId ?? Guid.NewGuid().ToString("N"),
        });
        var report = await reported.Soon();
        return (report.Child is { } child ? new TestProcess(child, exited, output.Text, error.Text) : null, report.Failure);
    }

    private static SpawnThread StartSpawner()
    {
        var spawner = new SpawnThread(_inbox, TimeProvider.System, Signal.Kill);
        new Thread(() => spawner.Run(CancellationToken.None)) { IsBackground = true, Name = "spawner" }.Start();
        return spawner;
    }

    private sealed class Inbox : IEngineInbox
    {
        private readonly ConcurrentDictionary<long, TaskCompletionSource<SpawnReported>> _reports = new();
        private readonly ConcurrentDictionary<long, TaskCompletionSource<ChildExited>> _exits = new();
        private readonly ConcurrentDictionary<long, Action> _actions = new();

        private readonly ConcurrentDictionary<int, TaskCompletionSource<OrphanReaped>> _orphans = new();

        public TaskCompletionSource<OrphanReaped> Orphan(int pid) => _orphans.GetOrAdd(pid, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

        public (Task<SpawnReported> Reported, Task<ChildExited> Exited) Expect(long id, Action? whenReported)
        {
            if (whenReported is not null)
                _actions[id] = whenReported;
            var report = _reports[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var exit = _exits[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return (report.Task, exit.Task);
        }

        public void Post(EngineFact fact)
        {
            switch (fact)
            {
                case SpawnReported report when _reports.TryRemove(report.SpawnId, out var waiter):
                    if (_actions.TryRemove(report.SpawnId, out var action))
                        action();
                    waiter.SetResult(report);
                    break;
                case ChildExited exit when _exits.TryRemove(exit.SpawnId, out var waiter):
                    waiter.SetResult(exit);
                    break;
                case OrphanReaped orphan:
                    Orphan(orphan.Pid).TrySetResult(orphan);
                    break;
            }
        }
    }
}
