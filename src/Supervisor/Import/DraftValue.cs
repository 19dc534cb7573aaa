using System.Diagnostics.CodeAnalysis;

namespace Supervisor.Import;

/// <summary>A value of the configuration that is being drafted.</summary>
internal abstract record DraftValue
{
    /// <summary>Text in which <c>${...}</c> is a variable of ours.</summary>
    public static DraftText Of(string template) => new(template);

    /// <summary>Text in which nothing is special.</summary>
    public static DraftText Literal(string text) => new(DraftText.Escape(text));

    /// <summary>The boolean.</summary>
    public static DraftText True => new("true") { IsBoolean = true };

    /// <summary>A command.</summary>
    public static DraftList Words(IEnumerable<string> templates) => new([.. templates.Select(Of)]);
}

/// <summary>A scalar.</summary>
internal sealed record DraftText(string Template) : DraftValue
{
    /// <summary>Whether it is written without quotes although it looks like a boolean.</summary>
    public bool IsBoolean { get; init; }

    /// <summary>Doubles the dollar signs that would be special for the reader.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Escape(string? text) =>
        text?.Replace("$$", "$$$$", StringComparison.Ordinal).Replace("${", "$${", StringComparison.Ordinal);
}

/// <summary>A list.</summary>
internal sealed record DraftList(List<DraftValue> Items) : DraftValue;

/// <summary>A map, in the order in which it was written.</summary>
internal sealed record DraftMap(List<(string Key, DraftValue Value)> Entries) : DraftValue
{
    public DraftMap()
        : this([])
    {
    }

    /// <summary>Entries without a value are left out.</summary>
    public static DraftMap Of(params IEnumerable<(string Key, DraftValue? Value)> entries) =>
        new([.. entries.Where(entry => entry.Value is not null).Select(entry => (entry.Key, entry.Value!))]);

    public DraftValue? this[string key] => Entries.Find(entry => entry.Key == key).Value;

    /// <summary>Sets a key; one that is there is replaced in its place.</summary>
    public void Set(string key, DraftValue value)
    {
        var at = Entries.FindIndex(entry => entry.Key == key);
        if (at < 0)
        {
            Entries.Add((key, value));
        }
        else
        {
            Entries[at] = (key, value);
        }
    }
}
