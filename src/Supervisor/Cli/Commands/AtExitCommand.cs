using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor atexit -- COMMAND...</c></summary>
internal sealed class AtExitCommand : ICommand
{
    private const string Variable = "SUPERVISOR_INVOCATION_ID";

    private readonly Argument<string[]> _command = new("COMMAND") { Description = "the command and its arguments, after `--`; no shell takes part", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _on = new("--on") { Description = "after which ends: always (default), success, failure, signal", HelpName = "WHEN" };
    private readonly Option<string?> _job = new("--job") { Description = "the job, from outside of it (from inside it is known)", HelpName = "JOB" };

    // Not how long we wait: how long it may run.
    private readonly Option<string?> _timeout = new("--timeout") { Description = "how long it may run (default: 30s)", HelpName = "TIME" };

    public AtExitCommand()
    {
        _job.CompletionSources.Add(JobNames.Of);
        _on.CompletionSources.Add("always", "success", "failure", "signal");
        Syntax = new("atexit", "register a cleanup hook for the current attempt of a job; done when it is on disk") { _on, _timeout, _job, _command };
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var job = context.Line.GetValue(_job);
        var invocation = Environment.GetEnvironmentVariable(Variable);
        if (job is null && string.IsNullOrEmpty(invocation))
        {
            throw new CommandFailure(ExitCodes.Usage, $"not inside a job of a supervisor ({Variable} is not set), so nothing was registered; --job JOB names one from outside");
        }

        var request = new OperationRequest
        {
            Jobs = job is null ? null : [job],
            Invocation = job is null ? invocation : null,
            Run = context.Line.GetValue(_command),
            On = context.Line.GetValue(_on),
            Timeout = context.Line.GetValue(_timeout),
        };
        return OperationRun.DoAsync(context, "atexit", request, cancellation);
    }
}
