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
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var request = new OperationRequest { Immediate = context.Line.GetValue(_immediate), Wait = !context.Line.GetValue(CommonOptions.NoWait) };
        var (answer, json) = await context.Client.PostAsync("shutdown", request, cancellation).ConfigureAwait(false);
        return AnswerText.Show(context, answer, json);
    }
}
