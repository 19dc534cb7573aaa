namespace Supervisor.Import;

/// <summary>The configuration that is being drafted from somebody else's.</summary>
internal sealed class Draft
{
    /// <summary>Sentences at its head.</summary>
    public List<string> Remarks { get; } = [];

    public DraftPart Supervisor { get; } = new("");

    public DraftPart Defaults { get; } = new("");

    public List<DraftPart> Jobs { get; } = [];

    /// <summary>Remarks on what became no job and no setting.</summary>
    public DraftPart Rest { get; } = new("");

    /// <summary>A new job; characters that a name cannot have become a minus sign, and a name that is taken gets a number.</summary>
    public DraftPart Job(string wanted)
    {
        var name = NameOf(wanted);
        var free = name;
        for (var number = 2; Jobs.Exists(job => job.Name == free); number++)
        {
            free = $"{name[..Math.Min(name.Length, 60)]}-{number}";
        }

        var job = new DraftPart(free);
        Jobs.Add(job);
        return job;
    }

    /// <summary>The name that a job gets.</summary>
    public static string NameOf(string wanted)
    {
        var name = new string([.. wanted.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')]).TrimStart('.', '_', '-');
        return name.Length == 0 ? "job" : name[..Math.Min(name.Length, 64)];
    }
}

/// <summary>A remark on a line that has no counterpart, or a general one.</summary>
internal sealed record DraftNote(SourceLine? Line, string Why);

/// <summary>A job, or another part of the file: its keys, and remarks on what has no counterpart.</summary>
internal sealed class DraftPart(string name)
{
    private readonly Dictionary<string, SourceLine> _origins = [];

    public string Name => name;

    /// <summary>One line that says what it is.</summary>
    public string? Title { get; set; }

    public DraftMap Keys { get; } = new();

    public List<DraftNote> Notes { get; } = [];

    /// <summary>Where a key (or the first one in it) comes from.</summary>
    public SourceLine? OriginOf(string path) =>
        _origins.TryGetValue(path, out var line) ? line
        : _origins.Where(entry => entry.Key.StartsWith(path + ".", StringComparison.Ordinal)).Select(entry => (SourceLine?)entry.Value).FirstOrDefault()
        ?? (path.LastIndexOf('.') is var dot and > 0 ? OriginOf(path[..dot]) : null);

    /// <summary>Sets a key, such as <c>stop.signal</c>.</summary>
    public void Set(string path, DraftValue value, SourceLine? origin = null)
    {
        var (map, key) = Place(path);
        map.Set(key, value);
        if (origin is { } line)
        {
            _origins[path] = line;
        }
    }

    /// <summary>Sets a key to text in which <c>${...}</c> is a variable of ours.</summary>
    public void Set(string path, string template, SourceLine? origin = null) => Set(path, DraftValue.Of(template), origin);

    /// <summary>Sets one entry of a map, such as a job of <c>depends_on</c>, whose name may have a dot.</summary>
    public void SetIn(string path, string entry, string template, SourceLine? origin = null)
    {
        var map = Get(path) as DraftMap ?? new DraftMap();
        map.Set(entry, DraftValue.Of(template));
        Set(path, map, origin);
    }

    /// <summary>Adds to a list.</summary>
    public void Add(string path, DraftValue item, SourceLine? origin = null)
    {
        if (Get(path) is DraftList list)
        {
            list.Items.Add(item);
        }
        else
        {
            Set(path, new DraftList([item]), origin);
        }
    }

    public DraftValue? Get(string path)
    {
        DraftValue? value = Keys;
        foreach (var part in path.Split('.'))
        {
            value = (value as DraftMap)?[part];
        }

        return value;
    }

    public void Note(SourceLine line, string why) => Notes.Add(new(line, why));

    public void Remark(string why) => Notes.Add(new(null, why));

    private (DraftMap Map, string Key) Place(string path)
    {
        var (map, parts) = (Keys, path.Split('.'));
        foreach (var part in parts[..^1])
        {
            if (map[part] is not DraftMap inner)
            {
                inner = new DraftMap();
                map.Set(part, inner);
            }

            map = inner;
        }

        return (map, parts[^1]);
    }
}
