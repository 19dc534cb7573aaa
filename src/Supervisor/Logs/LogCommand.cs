using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Logs;

/// <summary>What the log thread is asked.</summary>
internal enum LogCommandKind
{
    /// <summary>New pipes or a changed configuration.</summary>
    Configure,
    /// <summary>A run begins.</summary>
    BeginRun,
    /// <summary>More is known of the run.</summary>
    Runs,
    /// <summary>A line is waited for.</summary>
    Watch,
    /// <summary>Somebody wants new files.</summary>
    Rotate,
    /// <summary>Take over what is in the pipes and answer.</summary>
    Drain,
    /// <summary>Drain the pipes a last time and close them.</summary>
    Retire,
    /// <summary>The job is gone.</summary>
    Forget,
    /// <summary>Come to rest until somebody wakes it.</summary>
    Rest,
    /// <summary>End the thread.</summary>
    Stop,
}

/// <summary>One command; which members are set depends on its kind.</summary>
internal readonly record struct LogCommand(
    LogCommandKind Kind, JobLog? Log, LogPipe? Out = null, LogPipe? Error = null, LogSpec? Spec = null, long SpawnId = 0, LogRun? Run = null,
    TaskCompletionSource<IReadOnlyList<RotatedFile>>? Rotated = null, Action? Then = null, LineWatch? Watch = null);
