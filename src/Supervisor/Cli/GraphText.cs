using System.Text;
using Supervisor.Control.Messages;

namespace Supervisor.Cli;

/// <summary>The dependency graph as a tree of text, or in the language of Graphviz.</summary>
internal static class GraphText
{
    /// <summary>Each job that nobody needs, with what it needs below it; what was shown already is only named again.</summary>
    public static IReadOnlyList<string> Tree(GraphMessage graph, IReadOnlyCollection<string> roots, bool colours)
    {
        var jobs = graph.Jobs.ToDictionary(job => job.Job);
        var needed = graph.Jobs.SelectMany(job => job.DependsOn).Select(dependency => dependency.Job).ToHashSet();
        var lines = new List<string>();
        var shown = new HashSet<string>();
        foreach (var job in graph.Jobs.Where(job => roots.Count > 0 ? roots.Contains(job.Job) : !needed.Contains(job.Job)))
        {
            Add(job, "", "", "");
        }

        return lines;

        void Add(GraphJobMessage job, string head, string indent, string condition)
        {
            var again = job.DependsOn.Count > 0 && !shown.Add(job.Job);
            lines.Add($"{head}{PlainText.Of(job.Job)}{condition}  {States(job, colours)}{(again ? "  (see above)" : "")}");
            for (var index = 0; index < job.DependsOn.Count && !again; index++)
            {
                var (dependency, isLast) = (job.DependsOn[index], index == job.DependsOn.Count - 1);
                Add(jobs[dependency.Job], indent + (isLast ? "└── " : "├── "), indent + (isLast ? "    " : "│   "), $" ({dependency.Condition})");
            }
        }
    }

    /// <summary>DOT: an arrow from each job to what it waits for.</summary>
    public static IEnumerable<string> Dot(GraphMessage graph)
    {
        yield return "digraph supervisor {";
        yield return "  rankdir=LR;";
        yield return "  node [shape=box, style=rounded];";
        foreach (var job in graph.Jobs)
        {
            yield return $"  {Quoted(job.Job)} [label={Quoted($"{job.Job}\n{States(job, colours: false)}")}, color={ColourName(job)}];";
        }

        foreach (var job in graph.Jobs)
        {
            foreach (var dependency in job.DependsOn)
            {
                yield return $"  {Quoted(job.Job)} -> {Quoted(dependency.Job)} [label={Quoted(dependency.Condition)}];";
            }
        }

        yield return "}";
    }

    /// <summary><c>ready</c>; of several instances <c>3 ready, 1 backoff</c>.</summary>
    public static string States(GraphJobMessage job, bool colours)
    {
        var states = job.Instances.CountBy(instance => instance.State).ToList();
        return string.Join(", ", states.Select(state => StateColour.Paint(
            job.Instances.Count == 1 ? state.Key : $"{state.Value} {state.Key}", StateColour.Of(state.Key), colours)));
    }

    private static string ColourName(GraphJobMessage job) => job.Instances.Select(instance => StateColour.Of(instance.State)).Order().FirstOrDefault() switch
    {
        "31" => "red",
        "33" => "orange",
        "32" => "darkgreen",
        _ => "gray",
    };

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
