using System.CommandLine;

namespace Supervisor.Cli;

/// <summary>One command of the command line: a file in Commands/, and a line in <see cref="CommandLine"/>.</summary>
internal interface ICommand
{
    /// <summary>Its name, arguments and options.</summary>
    Command Syntax { get; }

    /// <summary>Carries it out.</summary>
    /// <returns>The exit code.</returns>
    Task<int> RunAsync(CommandContext context, CancellationToken cancellation);
}
