using System.CommandLine;
using System.Globalization;
using Supervisor.Control.Messages;
using Supervisor.Jobs;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor board show JOB...</c></summary>
internal sealed class BoardShowCommand : ICommand
{
    private readonly Argument<string[]> _jobs = CommonOptions.Jobs(required: true);

    public BoardShowCommand() => Syntax = new("show", "what jobs say on their boards; the supervisor is asked, not the job") { _jobs };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var query = JobQuery.Of(context.Line.GetValue(_jobs) ?? []);
        var (boards, json) = await context.Client.GetAsync("/v1/boards" + query, ControlJson.Default.BoardsMessage, cancellation).ConfigureAwait(false);
        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
            return ExitCodes.Done;
        }

        if (boards.Boards.Count == 0)
        {
            throw new CommandFailure(ExitCodes.Failed, "no board: the jobs have not started yet, or their configuration says `board: false`");
        }

        foreach (var line in boards.Boards.SelectMany(Lines))
        {
            context.Terminal.Line(PlainText.Of(line));
        }

        return ExitCodes.Done;
    }

    private static IEnumerable<string> Lines(BoardMessage board)
    {
        yield return board.Name;
        yield return $"  heartbeat  {(board.Heartbeat == 0 ? "none" : board.Heartbeat.ToString(CultureInfo.InvariantCulture))}{(board.HeartbeatAgeSeconds is { } age ? $", seen to change {InWords.Of(TimeSpan.FromSeconds(age))} ago" : "")}";
        yield return $"  phase      {board.Phase ?? "-"}";
        yield return $"  progress   {(board.Progress is { Total: > 0 } progress ? $"{TopText.Progress(progress)} ({progress.Done} of {progress.Total})" : TopText.Progress(board.Progress))}";
        yield return $"  status     {board.StatusText ?? "-"}";
        foreach (var counter in board.Counters)
        {
            yield return $"  {counter.Kind,-9}  {counter.Name} = {counter.Value}";
        }

        foreach (var problem in board.Problems)
        {
            yield return $"  problem    {problem}";
        }
    }
}
