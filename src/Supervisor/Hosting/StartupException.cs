namespace Supervisor.Hosting;

/// <summary>The supervisor cannot start, for a reason that a user can see and mend: told as it is, without a stack trace.</summary>
internal class StartupException(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>Code that <c>supervisor run</c> ends with.</summary>
    public int ExitCode => exitCode;
}

/// <summary>Another supervisor has the directory.</summary>
internal sealed class AlreadyRunsException(string message) : StartupException(message);
