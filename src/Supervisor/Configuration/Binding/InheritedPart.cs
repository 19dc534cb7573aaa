using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>
/// A part of the jobs' specs that most of them have from <c>defaults:</c> as it stands there: it is read for the first of them, and the others have the same object. Not when it
/// names a variable of the job. A problem in it is told once in any case.
/// </summary>
/// <param name="defaults">The defaults; null: there are none.</param>
/// <param name="key">Its key.</param>
/// <param name="bind">Reads it, for a job about which the other parameter says all that makes a difference.</param>
internal sealed class InheritedPart<TPart, TJob>(YamlMap? defaults, string key, Func<SectionReader, TJob, TPart> bind)
    where TPart : class
    where TJob : notnull
{
    private readonly Dictionary<TJob, (TPart Part, KeyPlace[] Places)> _known = [];

    public TPart Of(SectionReader job, TJob about)
    {
        var (scope, isInherited) = (job.Scope, job[key] is { } written && written == defaults?[key]);
        if (isInherited && _known.TryGetValue(about, out var known))
        {
            scope.Places.AddRange(known.Places);
            return known.Part;
        }

        var (places, ofJob) = (scope.Places.Count, scope.OfJob);
        var part = bind(job, about);
        if (isInherited && scope.OfJob == ofJob)
        {
            _known.Add(about, (part, [.. scope.Places.Skip(places)]));
        }

        return part;
    }
}
