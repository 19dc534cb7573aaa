using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor apply [--dry-run]</c></summary>
internal sealed class ApplyCommand : ICommand
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "only show the plan" };

    public ApplyCommand() => Syntax = new("apply", "re-read the configuration and carry out the difference") { _dryRun };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var request = new OperationRequest { DryRun = context.Line.GetValue(_dryRun), Wait = !context.Line.GetValue(CommonOptions.NoWait) };
        var (answer, json) = await context.Client.PostAsync("apply", request, cancellation).ConfigureAwait(false);
        return AnswerText.Show(context, answer, json);
    }
}
