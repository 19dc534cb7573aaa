using Supervisor.Configuration.Keys;

namespace Supervisor.Import;

/// <summary>
/// Asks the key tables of the configuration what the reader takes. A key whose feature belongs to a later version is written as a
/// comment, and becomes a real one by itself as soon as the reader knows it.
/// </summary>
internal static class SupportedKeys
{
    // Half a probe is none: these are taken whole or not at all.
    private static readonly string[] _indivisible = ["ready", "health"];

    /// <summary>What the reader takes of <paramref name="map"/>; the rest goes to <paramref name="later"/>, by its path.</summary>
    public static DraftMap Of(Section section, DraftMap map, List<(string Path, DraftValue Value)> later) => Of(section, map, "", later);

    private static DraftMap Of(Section section, DraftMap map, string path, List<(string Path, DraftValue Value)> later)
    {
        var kept = new DraftMap();
        foreach (var (key, value) in map.Entries)
        {
            var parts = new List<(string Path, DraftValue Value)>();
            var taken = section.Find(key) is { IsFuture: false } known ? Taken(known.Shape, value, path + key, parts) : null;
            if (taken is null || (parts.Count > 0 && _indivisible.Contains(path + key)))
            {
                later.Add((path + key, value));
                continue;
            }

            later.AddRange(parts);
            if (taken is not DraftMap { Entries.Count: 0 } || parts.Count == 0)
            {
                kept.Set(key, taken);
            }
        }

        return kept;
    }

    private static DraftValue? Taken(Shape shape, DraftValue value, string path, List<(string Path, DraftValue Value)> later) => value switch
    {
        DraftText text => TakesText(shape, path, text.Template) ? text : null,
        DraftList list => Alternatives(shape).Any(one => one is ListShape items && list.Items.TrueForAll(item => TakesAll(items.Item, item, path))) ? list : null,
        DraftMap map when Alternatives(shape).OfType<SectionShape>().FirstOrDefault() is { } section => Of(section.Section, map, path + ".", later),
        DraftMap map when Alternatives(shape).OfType<MapShape>().FirstOrDefault() is { } free =>
            map.Entries.TrueForAll(entry => TakesAll(free.Value, entry.Value, path)) ? map : null,
        _ => null,
    };

    private static bool TakesAll(Shape shape, DraftValue value, string path)
    {
        var later = new List<(string, DraftValue)>();
        return Taken(shape, value, path, later) is not null && later.Count == 0;
    }

    private static bool TakesText(Shape shape, string path, string text) => shape switch
    {
        AnyShape any => any.Shapes.Length == 0 || any.Shapes.Any(one => TakesText(one, path, text)),
        WordsShape words => words.Allowed.Contains(text),
        ScalarShape => path is not ("log.stdout" or "log.stderr") || !Vocabulary.LogTarget.IsFuture(text),
        _ => false,
    };

    private static IEnumerable<Shape> Alternatives(Shape shape) => shape is AnyShape any ? any.Shapes.SelectMany(Alternatives) : [shape];
}
