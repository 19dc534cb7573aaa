namespace Supervisor.Specs;

/// <summary>A command that is run after the end of a process, whatever ended it.</summary>
/// <param name="Command">The program and its arguments; no shell takes part.</param>
/// <param name="On">After which ends.</param>
/// <param name="Timeout">Its limit: SIGTERM then, SIGKILL 2 s later.</param>
public sealed record CleanupHook(Sequence<string> Command, HookCondition On, TimeSpan Timeout)
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Command);
}

/// <summary>After which ends a hook runs.</summary>
public enum HookCondition
{
    /// <summary>All.</summary>
    Always,
    /// <summary>SERVICE_RESULT is success.</summary>
    Success,
    /// <summary>SERVICE_RESULT is anything else, also when nobody knows how the process ended.</summary>
    Failure,
    /// <summary>A signal ended the process: EXIT_CODE is killed or dumped.</summary>
    Signal,
}
