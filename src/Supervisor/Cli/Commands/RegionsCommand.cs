using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor regions</c></summary>
internal sealed class RegionsCommand : ICommand
{
    /// <inheritdoc/>
    public Command Syntax { get; } = new("regions", "the regions of shared memory: size, resident bytes, who maps them");

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var (regions, json) = await context.Client.GetAsync("/v1/regions", ControlJson.Default.RegionsMessage, cancellation).ConfigureAwait(false);
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
            return ExitCodes.Done;
        }

        var table = new Table("REGION", "SIZE", "RESIDENT", "USERS");
        foreach (var region in regions.Regions)
        {
            table.Add(null, region.Name, SizeText.Of(region.SizeBytes), SizeText.Of(region.ResidentBytes), string.Join(", ", region.Users));
        }

        foreach (var line in table.Lines(colours: false))
        {
            context.Terminal.Line(line);
        }

        return ExitCodes.Done;
    }
}
