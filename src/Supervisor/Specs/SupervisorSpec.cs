namespace Supervisor.Specs;

/// <summary>A whole valid configuration.</summary>
public sealed class SupervisorSpec
{
    /// <summary>Path of the file it was read from, absolute.</summary>
    public required string File { get; init; }

    /// <summary>The text that it was made of; null: it was not read from files.</summary>
    public ConfigurationText? Text { get; init; }

    /// <summary>The supervisor's own part.</summary>
    public required DaemonSpec Daemon { get; init; }

    /// <summary>Where the keys of the supervisor's own part stand, by key path ("control.group").</summary>
    public IReadOnlyList<KeyPlace> Places { get; init; } = [];

    /// <summary>Where a key of the supervisor's own part stands; the beginning of the file when it is not written.</summary>
    public SourcePosition PositionOf(string key) => KeyPlace.Of(key, Places) ?? new(File, 1, 1);

    /// <summary>The jobs, in file order.</summary>
    public required IReadOnlyList<JobDefinition> Jobs { get; init; }
}

/// <summary>All the text of a configuration: from it another image of the supervisor makes the same specs, whatever the files say by then.</summary>
/// <param name="Files">Text of each file, by its absolute path.</param>
/// <param name="Globs">The files of each <c>include:</c> pattern, by directory and pattern.</param>
public sealed record ConfigurationText(IReadOnlyDictionary<string, string> Files, IReadOnlyDictionary<string, IReadOnlyList<string>> Globs);

/// <summary>A job of the file: a template that gives a spec per instance.</summary>
/// <param name="name">Name of the job.</param>
/// <param name="instances">How many instances the file asks for.</param>
/// <param name="instantiate">Gives the spec of an instance, by number from 0; pure.</param>
/// <param name="positions">Where its keys stand, by key path ("directory", "log.max_size"); "" is the job itself.</param>
/// <param name="inherited">The same of keys that it has from <c>defaults:</c>; jobs that have the same ones share the list.</param>
public sealed class JobDefinition(
    string name, int instances, Func<int, JobSpec> instantiate, IReadOnlyList<KeyPlace> positions, IReadOnlyList<KeyPlace> inherited)
{
    /// <summary>Name of the job.</summary>
    public string Name => name;

    /// <summary>How many instances the file asks for.</summary>
    public int Instances => instances;

    /// <summary>The spec of instance <paramref name="index"/>.</summary>
    public JobSpec Instance(int index) => instantiate(index);

    /// <summary>Where a key of the job stands in the file, for messages; the job's own line when the key is not written.</summary>
    public SourcePosition? PositionOf(string key) => KeyPlace.Of(key, positions) ?? KeyPlace.Of(key, inherited) ?? KeyPlace.Of("", positions);
}

/// <summary>Where a key stands.</summary>
/// <param name="Key">Its path.</param>
/// <param name="Position">The place of its value.</param>
public readonly record struct KeyPlace(string Key, SourcePosition Position)
{
    /// <summary>The place of a key, the last one if there are several; null: it is not written.</summary>
    // There are a handful, asked for when something is told of them: no table of a thousand jobs is worth its memory.
    public static SourcePosition? Of(string key, IReadOnlyList<KeyPlace> places)
    {
        for (var i = places.Count - 1; i >= 0; i--)
        {
            if (places[i].Key == key)
            {
                return places[i].Position;
            }
        }

        return null;
    }
}
