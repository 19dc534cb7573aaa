namespace Supervisor.Control.Messages;

/// <summary>Body of every <c>POST</c>; each operation takes the members that mean something to it.</summary>
public sealed record OperationRequest
{
    /// <summary>Names and patterns; none: all, where the operation allows it.</summary>
    public IReadOnlyList<string>? Jobs { get; init; }

    /// <summary>Whether the answer comes when it is done (the default), or when it has been accepted.</summary>
    public bool? Wait { get; init; }

    /// <summary>stop: also the running jobs that depend on one of them.</summary>
    public bool? WithDependents { get; init; }

    /// <summary>restart: one instance after the other; the next one goes when the last one is up.</summary>
    public bool? Rolling { get; init; }

    /// <summary>scale: how many instances.</summary>
    public int? Instances { get; init; }

    /// <summary>signal: name or number.</summary>
    public string? Signal { get; init; }

    /// <summary>signal: main or group.</summary>
    public string? To { get; init; }

    /// <summary>wait: ready, running, stopped or exited.</summary>
    public string? For { get; init; }

    /// <summary>apply: only tell the plan.</summary>
    public bool? DryRun { get; init; }

    /// <summary>apply: a changed job that does not come up gets its old specification back.</summary>
    public bool? Rollback { get; init; }

    /// <summary>atexit: the attempt by its SUPERVISOR_INVOCATION_ID, in place of <c>jobs</c>.</summary>
    public string? Invocation { get; init; }

    /// <summary>atexit: the command and its arguments.</summary>
    public IReadOnlyList<string>? Run { get; init; }

    /// <summary>atexit: always (the default), success, failure or signal.</summary>
    public string? On { get; init; }

    /// <summary>atexit: how long the command may run: <c>5s</c>; 30s when it is not said.</summary>
    public string? Timeout { get; init; }

    /// <summary>upgrade: the new program, an absolute path; none: the file that the daemon was started from.</summary>
    public string? Binary { get; init; }

    /// <summary>shutdown: kill everything at once.</summary>
    public bool? Immediate { get; init; }
}

/// <summary>How an operation ended.</summary>
/// <param name="Outcome">done, failed, accepted.</param>
/// <param name="Message">About the whole; null: the jobs say it.</param>
/// <param name="Jobs">Each instance that was touched.</param>
/// <param name="Plan">apply: the plan, a line each.</param>
public sealed record OperationAnswer(
    string Outcome, string? Message, IReadOnlyList<InstanceAnswer> Jobs, IReadOnlyList<string> Plan);

/// <summary>How it went for one instance.</summary>
/// <param name="Name">Which.</param>
/// <param name="Ok">Whether it came to where it was asked to.</param>
/// <param name="State">Its state now.</param>
/// <param name="Message">In words.</param>
/// <param name="Next">What happens next by itself; null: nothing.</param>
/// <param name="Position">Where in the configuration the reason stands (<c>web.yaml:7:16 directory</c>); null: nowhere.</param>
public sealed record InstanceAnswer(string Name, bool Ok, string State, string Message, string? Next, string? Position);
