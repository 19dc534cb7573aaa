using System.CommandLine;
using Supervisor.Control.Messages;
using Supervisor.Linux;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor top [JOB...]</c>: live on a terminal, one picture elsewhere.</summary>
internal sealed class TopCommand : ICommand
{
    private readonly Argument<string[]> _jobs = CommonOptions.Jobs(required: false);

    private static readonly TimeSpan _usualTime = TimeSpan.FromSeconds(1);

    private readonly Option<TimeSpan?> _every = new("--every")
    {
        Description = "time between two pictures (default: 1s)",
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (DurationText.TryParse(result.Tokens[0].Value, out var time) && time >= TimeSpan.FromMilliseconds(100) && time <= TimeSpan.FromHours(1))
            {
                return time;
            }

            result.AddError($"--every: a time from 100ms to 1h, not '{result.Tokens[0].Value}'");
            return default;
        },
    };

    public TopCommand() => Syntax = new("top", "the jobs as they run: CPU, memory, heartbeat, progress, status, counters; q ends it") { _jobs, _every };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var query = JobQuery.Of(context.Line.GetValue(_jobs) ?? []);
        var text = new TopText();
        if (context.Terminal.IsTerminal && Screen.HasKeyboard && context.Format is not OutputFormat.Json)
        {
            return await LiveAsync(context, query, text, cancellation).ConfigureAwait(false);
        }

        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", (await JsonAsync(context.Client, query, cancellation).ConfigureAwait(false)).Span);
            return ExitCodes.Done;
        }

        foreach (var line in await PictureAsync(context, query, text, cancellation).ConfigureAwait(false))
        {
            context.Terminal.Line(line);
        }

        return ExitCodes.Done;
    }

    private static async Task<ReadOnlyMemory<byte>> JsonAsync(ControlClient client, string query, CancellationToken cancellation)
    {
        var (_, status) = await client.GetAsync("/v1/status" + query, ControlJson.Default.StatusMessage, cancellation).ConfigureAwait(false);
        var (_, usage) = await client.GetAsync("/v1/usage" + query, ControlJson.Default.UsageMessage, cancellation).ConfigureAwait(false);
        var (_, boards) = await client.GetAsync("/v1/boards" + query, ControlJson.Default.BoardsMessage, cancellation).ConfigureAwait(false);
        return TopJson.Of(status, usage, boards);
    }

    private async Task<int> LiveAsync(CommandContext context, string query, TopText text, CancellationToken cancellation)
    {
        // The first answers come before the screen is taken: a failure must be readable.
        var picture = await PictureAsync(context, query, text, cancellation).ConfigureAwait(false);
        using var screen = new Screen(context.Terminal);
        while (true)
        {
            screen.Show(picture);
            if (screen.Key(context.Line.GetValue(_every) ?? _usualTime) is 'q' or 'Q' or '\u0003' or '\u0004')
            {
                return ExitCodes.Done;
            }

            cancellation.ThrowIfCancellationRequested();
            picture = await PictureAsync(context, query, text, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<List<string>> PictureAsync(CommandContext context, string query, TopText text, CancellationToken cancellation)
    {
        var (status, _) = await context.Client.GetAsync("/v1/status" + query, ControlJson.Default.StatusMessage, cancellation).ConfigureAwait(false);
        var (boards, _) = await context.Client.GetAsync("/v1/boards" + query, ControlJson.Default.BoardsMessage, cancellation).ConfigureAwait(false);
        return [.. text.Lines(status, boards, Now(), ProcessUsage.Of, context.Terminal.Colours)];
    }

    private static TimeSpan Now() => TimeProvider.System.GetElapsedTime(0);
}
