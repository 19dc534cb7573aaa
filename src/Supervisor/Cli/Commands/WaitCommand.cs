using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor wait [JOB...] --for ready|running|stopped|exited</c></summary>
internal sealed class WaitCommand : ICommand
{
    private readonly Argument<string[]> _jobs = CommonOptions.Jobs(required: false);
    private readonly Option<string?> _for = new("--for") { Description = "ready, running, stopped or exited (the current run has ended; at rest: the last one)", HelpName = "STATE", DefaultValueFactory = _ => "ready" };

    public WaitCommand()
    {
        Choice.Of(_for, "ready", "running", "stopped", "exited");
        Syntax = new("wait", "wait until every named job has come to a state; fails as soon as one no longer can") { _jobs, _for };
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var request = new OperationRequest { Jobs = context.Line.GetValue(_jobs), For = context.Line.GetValue(_for) };
        return OperationRun.DoAsync(context, "wait", request, cancellation);
    }
}
