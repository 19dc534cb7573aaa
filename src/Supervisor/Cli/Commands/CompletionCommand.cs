using System.CommandLine;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor completion bash|zsh|fish</c></summary>
internal sealed class CompletionCommand : ICommand
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish" };

    public CompletionCommand()
    {
        Choice.Of(_shell, "bash", "zsh", "fish");
        Syntax = new("completion", "the completion script of a shell: commands, options and the names of the jobs that run") { _shell };
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        context.Terminal.Line(CompletionScripts.For(context.Line.GetRequiredValue(_shell)).TrimEnd());
        return Task.FromResult(ExitCodes.Done);
    }
}
