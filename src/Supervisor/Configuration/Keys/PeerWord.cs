namespace Supervisor.Configuration.Keys;

/// <summary>Words of other supervisors, and how the same is said here.</summary>
/// <param name="Words">The words, with spaces between them; a star at the end stands for any rest.</param>
/// <param name="Hint">The end of a message: <c>; here that is 'directory'</c>.</param>
internal sealed record PeerWord(string Words, string Hint)
{
    /// <summary>Our name for it; null: we do not have it.</summary>
    public string? Ours { get; private init; }

    /// <summary>We have it, under another name.</summary>
    public static PeerWord Is(string ours, string words, string? remark = null) => new(words, $"; here that is {ours}{(remark is null ? "" : $": {remark}")}") { Ours = ours };

    /// <summary>We do not have it; what to do instead.</summary>
    public static PeerWord No(string words, string instead) => new(words, $"; there is nothing like it here: {instead}");

    /// <summary>The hint for a word, whatever its case, its dashes and its underscores; null when it is not among them.</summary>
    public static string? In(IEnumerable<PeerWord> all, string word) => Find(all, word)?.Hint;

    /// <summary>The row of a word, found as loosely.</summary>
    public static PeerWord? Find(IEnumerable<PeerWord> all, string word)
    {
        var bare = Bare(word);
        return all.FirstOrDefault(row => row.Words.Split(' ').Any(one => one.EndsWith('*') ? bare.StartsWith(Bare(one[..^1]), StringComparison.Ordinal) : Bare(one) == bare));
    }

    /// <summary>A word without what does not matter.</summary>
    public static string Bare(string word) =>
        word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
