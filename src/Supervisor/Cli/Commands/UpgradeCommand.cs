using System.CommandLine;
using System.Globalization;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor upgrade [--binary FILE]</c></summary>
internal sealed class UpgradeCommand : ICommand
{
    // The one who answers may go away in the middle of an answer: then another one does soon.
    private const int MostTries = 200;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly Option<string?> _binary = new("--binary") { Description = "the new program; without it: the file that the daemon was started from", HelpName = "FILE" };

    public UpgradeCommand() => Syntax = new("upgrade", "replace the daemon's program while the jobs run on") { _binary };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var binary = context.Line.GetValue(_binary) is { } given ? Path.GetFullPath(given) : null;
        var (before, json) = await context.Client.PostAsync("upgrade", new() { Binary = binary }, ControlJson.Default.UpgradeMessage, cancellation).ConfigureAwait(false);
        if (context.Wait is false)
        {
            return Show(context, json, $"version {before.Next} takes over (from {before.Version}, pid {before.Pid})");
        }

        var (after, answer) = await AnswerOfTheNextAsync(context, before.Upgrades, cancellation).ConfigureAwait(false);
        return Show(context, answer, $"upgraded from version {before.Version} to {after.Version} (pid {after.Pid}, upgrade {after.Upgrades.ToString(CultureInfo.InvariantCulture)} of this process)");
    }

    private static async Task<(UpgradeMessage Value, ReadOnlyMemory<byte> Json)> AnswerOfTheNextAsync(CommandContext context, int before, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await context.Client.GetAsync($"/v1/upgrade?after={before.ToString(CultureInfo.InvariantCulture)}", ControlJson.Default.UpgradeMessage, cancellation).ConfigureAwait(false);
            }
            catch (CommandFailure failure) when (failure.MayPass && tries < MostTries)
            {
                await Task.Delay(_pause, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static int Show(CommandContext context, ReadOnlyMemory<byte> json, string words)
    {
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
        }
        else
        {
            context.Terminal.Told(words);
        }

        return ExitCodes.Done;
    }
}
