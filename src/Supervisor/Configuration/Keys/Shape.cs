namespace Supervisor.Configuration.Keys;

/// <summary>What a value looks like: for the JSON schema and the manual.</summary>
/// <param name="InWords">The type column of the manual.</param>
internal abstract record Shape(string InWords)
{
    public static readonly Shape Text = new ScalarShape("text", "string");
    public static readonly Shape Boolean = new ScalarShape("true, false", "boolean");
    public static readonly Shape Duration = new ScalarShape("duration", "string", Pattern: @"^(0|none|([0-9.]+(d|h|ms|m|s))+|.*\$\{.*)$");
    public static readonly Shape Size = new ScalarShape("size", "string", Pattern: @"^([0-9]+ ?([KMGT]i?B|kB|B)?|.*\$\{.*)$", OrInteger: true);
    public static readonly Shape Signal = new ScalarShape("signal", "string", OrInteger: true);
    public static readonly Shape Command = new AnyShape("command", [new ScalarShape("command", "string"), ListOf(Text)]);
    public static readonly Shape Texts = new AnyShape("text or list", [Text, ListOf(Text)]);
    public static readonly Shape Any = new AnyShape("", []);

    public static Shape Integer(int least, int most) => new ScalarShape($"number {least}..{most}", "integer", Least: least, Most: most);

    public static Shape Words(params string[] words) => new WordsShape(words);

    public static Shape ListOf(Shape item) => new ListShape(item);

    public static Shape MapOf(Shape value) => new MapShape(value);

    public static Shape Of(Section section) => new SectionShape(section);

    public static Shape OneOf(params Shape[] shapes) => new AnyShape(string.Join(" or ", shapes.Select(shape => shape.InWords).Distinct()), shapes);
}

/// <summary>A scalar of a JSON type.</summary>
internal sealed record ScalarShape(string InWords, string Type, string? Pattern = null, int? Least = null, int? Most = null, bool OrInteger = false)
    : Shape(InWords);

/// <summary>One of some words.</summary>
internal sealed record WordsShape(string[] Allowed) : Shape(string.Join(", ", Allowed));

/// <summary>A list of one shape.</summary>
internal sealed record ListShape(Shape Item) : Shape($"list of {Item.InWords}");

/// <summary>A map with free keys.</summary>
internal sealed record MapShape(Shape Value) : Shape($"map of {Value.InWords}");

/// <summary>A map with known keys.</summary>
internal sealed record SectionShape(Section Section) : Shape($"map, see {Section.Name}");

/// <summary>One of several shapes; none: anything.</summary>
internal sealed record AnyShape(string InWords, Shape[] Shapes) : Shape(InWords);
