using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Supervisor.StateBoard;

namespace Supervisor.Cli.Commands;

/// <summary>
/// <c>supervisor region get|set|add NAME WORD</c>, from inside a job: a region that it names, as a table of 64-bit words that every program of the job's
/// neighbours can count in.
/// </summary>
internal sealed class RegionWordCommand : ICommand
{
    private delegate void Act(ref ulong word, long value, Terminal terminal);

    private readonly Argument<string> _region = new("REGION") { Description = "a region that the job names" };
    private readonly Argument<int> _word = new("WORD") { Description = "number of the word of 8 bytes, from 0" };
    private readonly Argument<long>? _value;
    private readonly Act _act;

    private RegionWordCommand(string name, string description, Argument<long>? value, Act act)
    {
        (_value, _act) = (value, act);
        Syntax = new(name, description) { _region, _word };
        if (value is not null)
        {
            Syntax.Add(value);
        }
    }

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <summary>All of them.</summary>
    public static IEnumerable<ICommand> All =>
    [
        new RegionWordCommand("get", "prints a word", null, (ref word, _, terminal) => terminal.Line(Volatile.Read(ref word).ToString(CultureInfo.InvariantCulture))),
        new RegionWordCommand("set", "stores a word", new("VALUE"), (ref word, value, _) => Volatile.Write(ref word, (ulong)value)),
        new RegionWordCommand("add", "adds to a word, atomically", new("BY") { DefaultValueFactory = _ => 1 }, (ref word, value, _) => Interlocked.Add(ref word, (ulong)value)),
    ];

    /// <inheritdoc/>
    public Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var (name, index) = (context.Line.GetValue(_region)!, context.Line.GetValue(_word));
        var words = MemoryMarshal.Cast<byte, ulong>(Board.OpenRegion(name));
        if (words.IsEmpty)
        {
            throw new CommandFailure(ExitCodes.Failed, $"region '{name}' is not here: only inside a job that names it in its `regions:`");
        }

        if ((uint)index >= (uint)words.Length)
        {
            throw new CommandFailure(ExitCodes.Failed, $"region '{name}' has words 0..{words.Length - 1}, not {index}");
        }

        _act(ref words[index], _value is null ? 0 : context.Line.GetValue(_value), context.Terminal);
        return Task.FromResult(ExitCodes.Done);
    }
}
