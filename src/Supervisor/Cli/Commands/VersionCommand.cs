using System.CommandLine;
using Supervisor.Control;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor version</c></summary>
internal sealed class VersionCommand : ICommand
{
    /// <inheritdoc/>
    public Command Syntax { get; } = new("version", "the version of this program");

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        context.Terminal.Line(context.Format is OutputFormat.Json ? $"{{\"version\":\"{SupervisorVersion.Text}\"}}" : $"supervisor {SupervisorVersion.Text}");
        return Task.FromResult(ExitCodes.Done);
    }
}
