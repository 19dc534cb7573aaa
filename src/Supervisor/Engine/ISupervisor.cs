using System.Collections.Immutable;
using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>The engine's front door for everything that people and programs ask: any thread may call it.</summary>
public interface ISupervisor
{
    /// <summary>The newest published state: one volatile read.</summary>
    SupervisorSnapshot Snapshot { get; }

    /// <summary>
    /// Hands an operation to the engine. The task ends when the thing is done or has failed; cancelling it stops the waiting, not the operation.
    /// </summary>
    Task<OperationResult> Submit(Operation operation, CancellationToken cancellation);
}

/// <summary>Something that people ask for.</summary>
/// <param name="Jobs">Names and patterns (<c>web</c>, <c>web@2</c>, <c>'web@*'</c>); empty: all.</param>
/// <param name="Wait">Whether the answer comes when it is done (else when it has been accepted).</param>
public abstract record Operation(ImmutableArray<string> Jobs, bool Wait = true);

/// <summary>Start what is not running, with what it depends on. Done when it is up: ready, or succeeded for a oneshot.</summary>
public sealed record StartJobs(ImmutableArray<string> Jobs, bool Wait = true) : Operation(Jobs, Wait);

/// <summary>Stop and keep stopped; refused while running jobs depend on one, unless <paramref name="WithDependents"/>.</summary>
public sealed record StopJobs(ImmutableArray<string> Jobs, bool WithDependents, bool Wait = true) : Operation(Jobs, Wait);

/// <summary>Stop and start; <paramref name="OnlyRunning"/> (try-restart) leaves alone what is stopped.</summary>
public sealed record RestartJobs(ImmutableArray<string> Jobs, bool OnlyRunning, bool Wait = true) : Operation(Jobs, Wait);

/// <summary>
/// Restart one instance after the other: the next one goes when the last one is up. When one does not come up, the rest is left alone.
/// </summary>
public sealed record RollingRestart(ImmutableArray<string> Jobs, bool Wait = true) : Operation(Jobs, Wait);

/// <summary>Run jobs that have a schedule now, without waiting for it. Done when that run is through.</summary>
public sealed record RunJobsNow(ImmutableArray<string> Jobs, bool Wait = true) : Operation(Jobs, Wait);

/// <summary>Run <paramref name="Count"/> instances of a job, until the configuration is applied again.</summary>
public sealed record ScaleJob(string Job, int Count, bool Wait = true) : Operation([Job], Wait);

/// <summary>Send a signal to the main process, or to the group.</summary>
public sealed record SignalJobs(ImmutableArray<string> Jobs, Signal Signal, SignalTarget To) : Operation(Jobs);

/// <summary>Have a job re-read its configuration by its own <c>reload:</c>.</summary>
public sealed record ReloadJobs(ImmutableArray<string> Jobs, bool Wait = true) : Operation(Jobs, Wait);

/// <summary>
/// Register a cleanup hook for the current attempt of one instance: named, or found by the <paramref name="Invocation"/> id of the attempt. Done when it is on disk.
/// </summary>
public sealed record RegisterHook(ImmutableArray<string> Jobs, string? Invocation, CleanupHook Hook) : Operation(Jobs);

/// <summary>Wait until every named instance has come to <paramref name="For"/>; fails as soon as one no longer can.</summary>
public sealed record WaitForJobs(ImmutableArray<string> Jobs, WaitCondition For) : Operation(Jobs);

/// <summary>
/// Put a new configuration in force: only what changed is touched. With <paramref name="DryRun"/> only the plan is told; with
/// <paramref name="Rollback"/> a changed job that does not come up gets its old specification back.
/// </summary>
public sealed record ApplySpec(SupervisorSpec Spec, bool DryRun = false, bool Wait = true, bool Rollback = false) : Operation([], Wait);

/// <summary>Stop every job in order, then the supervisor; <paramref name="Immediate"/> kills at once.</summary>
public sealed record ShutDown(bool Immediate = false, bool Wait = true) : Operation([], Wait);

/// <summary>What <c>wait --for</c> knows.</summary>
public enum WaitCondition
{
    /// <summary>Ready (a oneshot: succeeded).</summary>
    Ready,
    /// <summary>Its process runs.</summary>
    Running,
    /// <summary>It is stopped, completed or failed.</summary>
    Stopped,
    /// <summary>The run that was current, or a later one, has ended; of a job at rest: its last one has.</summary>
    Exited,
}

/// <summary>How an operation ended.</summary>
/// <param name="Outcome">As a whole.</param>
/// <param name="Message">In words, when there is something to say about the whole; null: the instances say it.</param>
/// <param name="Instances">Each instance that it touched.</param>
public sealed record OperationResult(OperationOutcome Outcome, string? Message, ImmutableArray<InstanceResult> Instances)
{
    /// <summary>Lines of the plan, for <see cref="ApplySpec"/>.</summary>
    public ImmutableArray<string> Plan { get; init; } = [];
}

/// <summary>Outcomes, each with an exit code of the command line.</summary>
public enum OperationOutcome
{
    /// <summary>Done (0).</summary>
    Done,
    /// <summary>Failed (1).</summary>
    Failed,
    /// <summary>No such job (4).</summary>
    NoSuchJob,
    /// <summary>Refused: it would break something, or the supervisor is stopping (1).</summary>
    Refused,
}

/// <summary>How it went for one instance.</summary>
/// <param name="Name">Which.</param>
/// <param name="Ok">Whether it came to where it was asked to.</param>
/// <param name="State">Its state now.</param>
/// <param name="Message">"ready (pid 4711, 0.21 s)", "failed to start: changing directory: No such file or directory (/srv/web)".</param>
/// <param name="Next">What happens next: "attempt 2 in 0.2 s"; null: nothing.</param>
/// <param name="Position">Where in the configuration the reason stands: "web.yaml:7:16 directory"; null: nowhere.</param>
public sealed record InstanceResult(InstanceName Name, bool Ok, PublicState State, string Message, string? Next, string? Position);
