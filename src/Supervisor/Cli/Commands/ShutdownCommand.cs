using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor shutdown [--immediate]</c></summary>
internal sealed class ShutdownCommand : ICommand
{
    private readonly Option<bool> _immediate = new("--immediate") { Description = "kill every job at once" };

    public ShutdownCommand() => Syntax = new("shutdown", "stop all jobs in order, then the supervisor") { _immediate };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var request = new OperationRequest { Immediate = context.If(_immediate), Wait = context.Wait };
        return OperationRun.DoAsync(context, "shutdown", request, cancellation);
    }
}
