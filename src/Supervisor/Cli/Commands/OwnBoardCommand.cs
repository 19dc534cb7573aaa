using System.CommandLine;
using System.Globalization;
using System.Text;
using Supervisor.StateBoard;

namespace Supervisor.Cli.Commands;

/// <summary>
/// The commands of <c>supervisor board</c> that scripts use inside a job, on the board that SUPERVISOR_BOARD_FD names. Without one they do nothing and
/// succeed, so that a script runs the same outside the supervisor.
/// </summary>
internal sealed class OwnBoardCommand : ICommand
{
    private readonly Func<ParseResult, Terminal, int> _do;

    private OwnBoardCommand(Command syntax, Func<ParseResult, Terminal, int> @do) => (Syntax, _do) = (syntax, @do);

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <summary>All of them.</summary>
    public static IEnumerable<ICommand> All => [Beat(), Progress(), Status(), PhaseIs(), Get(), Set(), Add()];

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation) => Task.FromResult(_do(context.Line, context.Terminal));

    private static OwnBoardCommand Beat() => new(new("beat", "a sign of life, from inside a job"), (_, _) =>
    {
        Board.Current.Beat();
        return ExitCodes.Done;
    });

    private static OwnBoardCommand Progress()
    {
        var done = new Argument<ulong>("DONE") { Description = "units done" };
        var total = new Argument<ulong>("TOTAL") { Description = "units in all; 0 or nothing: not known", DefaultValueFactory = _ => 0 };
        return new(new("progress", "how far the job is, from inside it") { done, total }, (line, _) =>
        {
            Board.Current.Progress(line.GetValue(done), line.GetValue(total));
            return ExitCodes.Done;
        });
    }

    private static OwnBoardCommand Status()
    {
        var text = new Argument<string[]>("TEXT") { Description = "what the job does now", Arity = ArgumentArity.OneOrMore };
        return new(new("status", "what the job does now, from inside it") { text }, (line, _) =>
        {
            Board.Current.Status(string.Join(' ', line.GetValue(text) ?? []));
            return ExitCodes.Done;
        });
    }

    private static OwnBoardCommand PhaseIs()
    {
        var phase = new Argument<Phase>("PHASE") { Description = "starting, ready or stopping" };
        phase.CustomParser = result =>
        {
            if (Enum.TryParse<Phase>(result.Tokens[0].Value, ignoreCase: true, out var value) && Enum.IsDefined(value))
            {
                return value;
            }

            result.AddError($"PHASE: starting, ready or stopping, not '{result.Tokens[0].Value}'");
            return default;
        };
        return new(new("phase", "what the job says of itself, from inside it") { phase }, (line, _) =>
        {
            Board.Current.Phase = line.GetValue(phase);
            return ExitCodes.Done;
        });
    }

    private static OwnBoardCommand Get()
    {
        var name = new Argument<string>("NAME") { Description = $"a field ({string.Join(", ", Board.FieldNames)}), job_bytes, a counter or a gauge" };
        return new(new("get", "prints a field, a counter or a gauge, from inside a job") { name }, (line, terminal) =>
        {
            var (board, wanted) = (Board.Current, line.GetValue(name)!);
            if (!board.IsPresent)
            {
                return ExitCodes.Done;
            }

            terminal.Line(wanted == "job_bytes" ? BytesAsText(board)
                : board.Field(wanted)
                ?? (board.Find(wanted, out var isGauge) is { } counter ? isGauge ? Number(counter.Value) : Number((ulong)counter.Value) : null)
                ?? throw new CommandFailure(ExitCodes.Failed, $"the board has no field, counter or gauge '{wanted}'"));
            return ExitCodes.Done;
        });
    }

    private static OwnBoardCommand Set()
    {
        var name = new Argument<string>("NAME") { Description = "a gauge, or job_bytes" };
        var value = new Argument<string>("VALUE") { Description = "its new value" };
        return new(new("set", "sets a gauge, or the job's own bytes, from inside a job") { name, value }, (line, _) =>
        {
            var (board, target, text) = (Board.Current, line.GetValue(name)!, line.GetValue(value)!);
            if (target == "job_bytes")
            {
                SetBytes(board, text);
            }
            else if (Board.FieldNames.Contains(target))
            {
                throw new CommandFailure(ExitCodes.Usage, $"'{target}' is a field of the board: beat, progress, status and phase set those that are the job's");
            }
            else
            {
                board.Gauge(Named(target)).Set(long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    ? number : throw new CommandFailure(ExitCodes.Usage, $"a gauge is a whole number, not '{text}'"));
            }

            return ExitCodes.Done;
        });
    }

    private static OwnBoardCommand Add()
    {
        var name = new Argument<string>("NAME") { Description = "a counter" };
        var by = new Argument<long>("BY") { Description = "how much", DefaultValueFactory = _ => 1 };
        return new(new("add", "adds to a counter, from inside a job") { name, by }, (line, _) =>
        {
            Board.Current.Counter(Named(line.GetValue(name)!)).Add(line.GetValue(by));
            return ExitCodes.Done;
        });
    }

    private static string Named(string name) => name.Length is > 0 and < 48 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? name
        : throw new CommandFailure(ExitCodes.Usage, $"'{name}' cannot be a name: letters, digits and '_', not a digit first, at most 47");

    private static string BytesAsText(Board board)
    {
        var bytes = board.JobBytes;
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private static void SetBytes(Board board, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (board.IsPresent && bytes.Length > board.JobBytes.Length)
        {
            throw new CommandFailure(ExitCodes.Failed, $"job_bytes has room for {board.JobBytes.Length} bytes, not {bytes.Length}");
        }

        if (board.IsPresent)
        {
            bytes.CopyTo(board.JobBytes);
            board.JobBytes[bytes.Length..].Clear();
        }
    }

    private static string Number<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
