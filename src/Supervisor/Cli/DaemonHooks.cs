using Supervisor.Specs;

namespace Supervisor.Cli;

/// <summary>What the command line needs of the layers that it must not know.</summary>
/// <param name="Run">The daemon: <c>supervisor run</c>.</param>
/// <param name="CheckMachine">
/// Looks whether this machine has what a configuration names (users, directories, programs); null: <c>check</c> leaves that out.
/// </param>
public sealed record DaemonHooks(Func<RunOptions, int> Run, Func<SupervisorSpec, IReadOnlyList<MachineFinding>>? CheckMachine = null);

/// <summary>Something that a configuration names and this machine does not have.</summary>
/// <param name="Position">Where it is named.</param>
/// <param name="Message">What is missing.</param>
/// <param name="IsWarning">Whether it may be there by the time it is needed.</param>
public sealed record MachineFinding(SourcePosition Position, string Message, bool IsWarning);

/// <summary>How the daemon was asked to run.</summary>
/// <param name="ConfigurationFile">The file, as given or found.</param>
/// <param name="Socket">Path of the control socket that wins over the configuration; null: as configured.</param>
/// <param name="CheckState">Only to tell whether it could go on from the state of a running supervisor.</param>
public sealed record RunOptions(string ConfigurationFile, string? Socket, bool CheckState = false)
{
    /// <summary>When nobody named a file and there is none: where it was looked for, and what to do.</summary>
    public string? NoConfiguration { get; init; }
}
