using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor signal SIG JOB...</c></summary>
internal sealed class SignalCommand : ICommand
{
    private readonly Argument<string> _signal = new("SIGNAL") { Description = "HUP, SIGHUP, 1, SIGRTMIN+3" };
    private readonly Argument<string[]> _jobs = CommonOptions.Jobs(required: true);
    private readonly Option<bool> _group = new("--group") { Description = "to the whole process group, not to the main process alone" };

    public SignalCommand() => Syntax = new("signal", "send a signal to jobs") { _signal, _jobs, _group };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var request = new OperationRequest
        {
            Jobs = context.Line.GetValue(_jobs),
            Signal = context.Line.GetValue(_signal),
            To = context.Line.GetValue(_group) ? "group" : "main",
        };
        return OperationRun.DoAsync(context, "signal", request, cancellation);
    }
}
