namespace Supervisor.Control.Messages;

/// <summary>Body of every <c>POST</c>; each operation takes the members that mean something to it.</summary>
public sealed record OperationRequest
{
    /// <summary>Names and patterns; none: all, where the operation allows it.</summary>
    public IReadOnlyList<string>? Jobs { get; init; }

    /// <summary>Whether the answer comes when it is done (else when it has been accepted).</summary>
    // Not init: the generated reader gives init members that are absent their type's default instead of this one.
    public bool Wait { get; set; } = true;

    /// <summary>stop: also the running jobs that depend on one of them.</summary>
    public bool WithDependents { get; init; }

    /// <summary>signal: name or number.</summary>
    public string? Signal { get; init; }

    /// <summary>signal: main or group.</summary>
    public string? To { get; init; }

    /// <summary>wait: ready, running, stopped or exited.</summary>
    public string? For { get; init; }

    /// <summary>apply: only tell the plan.</summary>
    public bool DryRun { get; init; }

    /// <summary>shutdown: kill everything at once.</summary>
    public bool Immediate { get; init; }
}

/// <summary>How an operation ended.</summary>
/// <param name="Outcome">done, failed, accepted.</param>
/// <param name="Message">About the whole; null: the jobs say it.</param>
/// <param name="Jobs">Each instance that was touched.</param>
/// <param name="Plan">apply: the plan, a line each.</param>
public sealed record OperationAnswer(
    string Outcome, string? Message, IReadOnlyList<InstanceAnswer> Jobs, IReadOnlyList<string> Plan);

/// <summary>How it went for one instance.</summary>
public sealed record InstanceAnswer(string Name, bool Ok, string State, string Message, string? Next, string? Position);
