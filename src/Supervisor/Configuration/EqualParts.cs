using Supervisor.Specs;

namespace Supervisor.Configuration;

/// <summary>Parts of specs that are equal become one object: a thousand jobs whose restart policy comes from <c>defaults:</c> have it once in memory.</summary>
internal sealed class EqualParts
{
    private readonly Dictionary<object, object> _known = [];

    /// <summary>The same spec, of parts that others share.</summary>
    public JobSpec Of(JobSpec spec) => spec with
    {
        Process = One(spec.Process),
        Restart = One(spec.Restart),
        Stop = One(spec.Stop),
        Log = One(spec.Log),
    };

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
}
