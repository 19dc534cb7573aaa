namespace Supervisor.Configuration.Keys;

/// <summary>A known key of a section.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Shape">What its value looks like.</param>
/// <param name="Default">Its default as YAML; a text in parentheses when it is not a value; null: none.</param>
/// <param name="Meaning">One sentence for the manual and the schema.</param>
/// <param name="Merges">Whether a map here and one in <c>defaults:</c> are merged key by key.</param>
internal sealed record Key(string Name, Shape Shape, string? Default, string Meaning, bool Merges = false)
{
    /// <summary>Whether it belongs to the design, but not to this version.</summary>
    public bool IsFuture { get; private init; }

    public static IEnumerable<Key> Future(params string[] names) =>
        names.Select(name => new Key(name, Shape.Any, null, "Not supported in this version.") { IsFuture = true });
}

/// <summary>A map with known keys: the one source of what is read, suggested, documented and completed by editors.</summary>
internal sealed class Section(string name, params IEnumerable<Key> keys)
{
    private readonly Dictionary<string, Key> _byName = keys.ToDictionary(key => key.Name);

    /// <summary>Its name in the manual, such as <c>log</c>.</summary>
    public string Name => name;

    /// <summary>Keys of this version, in the order of the manual.</summary>
    public IEnumerable<Key> Keys => _byName.Values.Where(key => !key.IsFuture);

    public Key? Find(string key) => _byName.GetValueOrDefault(key);
}
