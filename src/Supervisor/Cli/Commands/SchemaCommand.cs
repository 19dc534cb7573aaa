using System.CommandLine;
using Supervisor.Configuration;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor schema</c></summary>
internal sealed class SchemaCommand : ICommand
{
    /// <inheritdoc/>
    public Command Syntax { get; } = new("schema", "the JSON schema of the configuration, for editors");

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        context.Terminal.Line(SchemaWriter.Write().TrimEnd());
        return Task.FromResult(ExitCodes.Done);
    }
}
