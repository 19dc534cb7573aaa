using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Configuration;

/// <summary>Collects problems; the same one found for several instances, or for every job that takes it over from <c>defaults:</c>, counts once.</summary>
internal sealed class Problems
{
    private readonly List<ConfigurationProblem> _found = [];
    private readonly HashSet<(SourcePosition Position, string Message)> _known = [];
    private readonly Dictionary<string, int> _files = [];

    public int Count => _found.Count;

    /// <summary>Says that <paramref name="file"/> is read now: problems come in this order.</summary>
    public void AddFile(string file) => _files.TryAdd(file, _files.Count);

    public void Add(SourcePosition position, string message)
    {
        if (_known.Add((position, WithoutJob(message))))
        {
            _found.Add(new(position, message));
        }
    }

    public ImmutableArray<ConfigurationProblem> Sorted() =>
    [
        .. _found.OrderBy(problem => _files.GetValueOrDefault(problem.Position.File, int.MaxValue))
            .ThenBy(problem => problem.Position.Line)
            .ThenBy(problem => problem.Position.Column)
            .ThenBy(problem => problem.Message, StringComparer.Ordinal),
    ];

    private static string WithoutJob(string message)
    {
        const string Start = " in job '";
        var start = message.IndexOf(Start, StringComparison.Ordinal);
        var end = start < 0 ? -1 : message.IndexOf('\'', start + Start.Length);
        return end < 0 ? message : message[..start] + message[end..];
    }
}
