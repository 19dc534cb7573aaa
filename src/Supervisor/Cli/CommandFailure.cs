namespace Supervisor.Cli;

/// <summary>A command ends here, with a sentence for people and an exit code.</summary>
internal sealed class CommandFailure(int exitCode, string message) : Exception(message)
{
    /// <summary>See <see cref="ExitCodes"/>.</summary>
    public int ExitCode => exitCode;

    /// <summary>Whether the same may work in a moment: the daemon that was asked was going away.</summary>
    public bool MayPass { get; init; }
}
