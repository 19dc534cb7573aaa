namespace Supervisor.Cli;

/// <summary>A command ends here, with a sentence for people and an exit code.</summary>
internal sealed class CommandFailure(int exitCode, string message) : Exception(message)
{
    /// <summary>See <see cref="ExitCodes"/>.</summary>
    public int ExitCode => exitCode;

    /// <summary>Whether it begins with places in files (<c>web.yaml:3:5: ...</c>), which editors find at the beginning of a line only.</summary>
    public bool HasPlaces { get; init; }

    /// <summary>Whether the same may work in a moment: the daemon that was asked was going away.</summary>
    public bool MayPass { get; init; }
}
