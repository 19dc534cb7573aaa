using System.CommandLine;
using Supervisor.Control.Messages;

namespace Supervisor.Cli.Commands;

/// <summary><c>supervisor graph [JOB...] [--dot]</c></summary>
internal sealed class GraphCommand : ICommand
{
    private readonly Argument<string[]> _jobs = CommonOptions.Jobs(required: false);
    private readonly Option<bool> _dot = new("--dot") { Description = "the whole graph in the language of Graphviz: supervisor graph --dot | dot -Tsvg" };

    public GraphCommand() => Syntax = new("graph", "who waits for whom: a tree of what each job needs, with the states now") { _jobs, _dot };

    /// <inheritdoc/>
    public Command Syntax { get; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var (graph, json) = await context.Client.GetAsync("/v1/graph", ControlJson.Default.GraphMessage, cancellation).ConfigureAwait(false);
        var jobs = context.Line.GetValue(_jobs) ?? [];
        if (jobs.FirstOrDefault(name => graph.Jobs.All(job => job.Job != name)) is { } unknown)
        {
            throw new CommandFailure(ExitCodes.NoSuchJob, $"no such job: '{unknown}' (graph takes names of jobs, without instances and patterns)");
        }

        if (context.Format is OutputFormat.Json)
        {
            context.Terminal.Line("", json.Span.TrimEnd("\n"u8));
            return ExitCodes.Done;
        }

        foreach (var line in context.Line.GetValue(_dot) ? GraphText.Dot(graph) : GraphText.Tree(graph, jobs, context.Terminal.Colours))
        {
            context.Terminal.Line(line);
        }

        return ExitCodes.Done;
    }
}
