using System.Runtime.InteropServices;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>Parts of specs that are equal become one object: a thousand jobs whose restart policy comes from <c>defaults:</c> have it once in memory.</summary>
internal sealed class JobParts
{
    private readonly Dictionary<object, object> _known = [];
    private readonly InheritedPart<RestartSpec, (JobKind Kind, bool IsScheduled)> _restart;
    private readonly InheritedPart<LogSpec, LogTarget> _log;
    private readonly string? _defaultsFile;
    private readonly HashSet<(int Line, int Column)> _inDefaults;
    private readonly List<KeyPlace> _ofJob = [];
    private readonly List<KeyPlace> _ofDefaults = [];
    private Sequence<KeyPlace> _inherited = [];

    /// <param name="defaults">What jobs inherit; null: nothing.</param>
    public JobParts(YamlMap? defaults)
    {
        // Looked for among its equals where it is read: what is inherited is one object already.
        _restart = new(defaults, "restart", (job, about) => One(RestartBinder.Restart(job, about.Kind, about.IsScheduled)));
        _log = new(defaults, "log", (job, otherwise) => One(LogBinder.Log(job, otherwise)));
        _defaultsFile = defaults?.Position.File;
        _inDefaults = [.. Values(defaults).Select(value => (value.Line, value.Column))];
    }

    public RestartSpec Restart(SectionReader job, JobKind kind, bool isScheduled) => _restart.Of(job, (kind, isScheduled));

    public LogSpec Log(SectionReader job, LogTarget otherwise) => _log.Of(job, otherwise);

    /// <summary>The first one that was equal to this.</summary>
    public T One<T>(T part)
        where T : class
    {
        if (_known.TryGetValue(part, out var first))
        {
            return (T)first;
        }

        _known.Add(part, part);
        return part;
    }

    /// <summary>The places of the keys that a job has itself, and of those that it has from <c>defaults:</c>, which are mostly those of the job before.</summary>
    public (KeyPlace[] OfJob, Sequence<KeyPlace> OfDefaults) Divide(List<KeyPlace> places)
    {
        _ofJob.Clear();
        _ofDefaults.Clear();
        foreach (var place in places)
        {
            if (place.Position.File == _defaultsFile && _inDefaults.Contains((place.Position.Line, place.Position.Column)))
            {
                _ofDefaults.Add(place);
            }
            else
            {
                _ofJob.Add(place with { Key = One(place.Key) });
            }
        }

        if (!CollectionsMarshal.AsSpan(_ofDefaults).SequenceEqual(_inherited.Span))
        {
            _inherited = One(_ofDefaults.ToSequence());
        }

        return ([.. _ofJob], _inherited);
    }

    private static IEnumerable<SourcePosition> Values(YamlNode? node) => node switch
    {
        YamlMap map => map.Entries.SelectMany(entry => Values(entry.Value).Prepend(entry.Value.Position)),
        YamlList list => list.Items.SelectMany(item => Values(item).Prepend(item.Position)),
        _ => [],
    };
}
