namespace Supervisor.Logs;

/// <summary>Whose output a log carries now.</summary>
/// <param name="Attempt">Number of the attempt; 0: none yet.</param>
/// <param name="InvocationId">SUPERVISOR_INVOCATION_ID of the attempt; empty: not known.</param>
/// <param name="Pid">The main process; 0: not known yet.</param>
internal sealed record LogRun(int Attempt, string InvocationId, int Pid)
{
    /// <summary>Before the first run.</summary>
    public static readonly LogRun None = new(0, "", 0);
}
