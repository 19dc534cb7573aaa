using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor apply [--dry-run] [--rollback]</c></summary>
internal sealed class ApplyCommand : ICommand
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "only show the plan" };

    private readonly Option<bool> _rollback = new("--rollback") { Description = "a changed job that does not come up gets its old specification back" };

    public ApplyCommand() => Syntax = new("apply", "re-read the configuration and carry out the difference") { _dryRun, _rollback };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var request = new OperationRequest { DryRun = context.If(_dryRun), Rollback = context.If(_rollback), Wait = context.Wait };
        return OperationRun.DoAsync(context, "apply", request, cancellation);
    }
}
