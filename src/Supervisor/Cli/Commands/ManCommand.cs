using System.CommandLine;
using Supervisor.Control;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor man</c>: writes supervisor(1), for packagers.</summary>
internal sealed class ManCommand : ICommand
{
    /// <inheritdoc/>
    public Command Syntax { get; } = new("man", "supervisor(1) in roff: supervisor man | man -l -") { Hidden = true };

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        context.Terminal.Line(ManPage.Of(CommandLine.Root(out _, out _), SupervisorVersion.Text).TrimEnd());
        return Task.FromResult(ExitCodes.Done);
    }
}
