using System.CommandLine;
using Supervisor.Control;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor man [supervisor.yaml]</c>: writes supervisor(8) or supervisor.yaml(5), for packagers.</summary>
internal sealed class ManCommand : ICommand
{
    private readonly Argument<string> _page = new("PAGE") { DefaultValueFactory = _ => "supervisor" };

    public ManCommand()
    {
        Choice.Of(_page, "supervisor", ConfigurationManPage.Name);
        Syntax = new("man", "a manual page in roff: supervisor man | man -l -") { _page };
        Syntax.Hidden = true;
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var page = context.Line.GetRequiredValue(_page) == ConfigurationManPage.Name
            ? ConfigurationManPage.Of(SupervisorVersion.Text)
            : ManPage.Of(CommandLine.Root(out _, out _), SupervisorVersion.Text);
        context.Terminal.Line(page.TrimEnd());
        return Task.FromResult(ExitCodes.Done);
    }
}
