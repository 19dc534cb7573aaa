using System.Text;
using System.Text.RegularExpressions;

namespace Supervisor.Import.Systemd;

/// <summary>The command of an Exec line, with what its prefixes say.</summary>
/// <param name="Prefixes">Of <c>@ - : + !</c>, as they stand.</param>
/// <param name="Words">Text of ours; <c>$NAME</c> and <c>${NAME}</c> of systemd are replaced where their value is known.</param>
/// <param name="NeedsShell">Some variable is known only when it runs.</param>
internal sealed partial record ExecLine(string Prefixes, List<string> Words, bool NeedsShell)
{
    // Stands for a dollar sign that systemd takes for itself ($$), until all variables are found.
    private const string Dollar = "\u0001";

    /// <summary>The command; a shell fills in what is not known now.</summary>
    public DraftList Command => NeedsShell ? DraftCommand.Shell("exec " + Script) : DraftValue.Words(Words.Select(WithDollars));

    /// <summary>The line for a shell.</summary>
    public string Script => WithDollars(string.Join(' ', Words.Select(ShellWord)));

    public bool IgnoresFailure => Prefixes.Contains('-', StringComparison.Ordinal);

    /// <summary>Reads a line; null and a problem when it is none.</summary>
    /// <param name="text">Specifiers expanded, dollar signs doubled where they would be special for us.</param>
    /// <param name="known">Variables of Environment=.</param>
    /// <param name="problem">Told in words.</param>
    public static ExecLine? Read(string text, IReadOnlyDictionary<string, string> known, Action<string> problem)
    {
        var length = text.TakeWhile(c => c is '@' or '-' or ':' or '+' or '!' or '|').Count();
        var (prefixes, words) = (text[..length], UnitWords.Split(text[length..]));
        if (words is not { Count: > 0 })
        {
            problem(words is null ? "a quote is not closed" : "no command");
            return null;
        }

        // With @ the second word is only what the program is called.
        if (prefixes.Contains('@', StringComparison.Ordinal) && words.Count > 1)
        {
            words.RemoveAt(1);
        }

        if (prefixes.Contains(':', StringComparison.Ordinal))
        {
            return new(prefixes, words, false);
        }

        words = [.. words.Select(word => word.Replace("$$$$", Dollar, StringComparison.Ordinal))];

        var (expanded, needsShell) = (new List<string>(), false);
        foreach (var word in words)
        {
            // Alone and without braces it is split into words, as many as there are.
            if (BareName().Match(word) is { Success: true } bare && known.TryGetValue(bare.Groups[1].Value, out var list))
            {
                expanded.AddRange(UnitWords.Split(list) ?? [list]);
                continue;
            }

            var filled = Reference().Replace(word, found => known.TryGetValue(found.Groups[1].Value, out var value) ? value : found.Value);
            needsShell |= Reference().IsMatch(filled) || BareName().IsMatch(filled);
            expanded.Add(filled);
        }

        return new(prefixes, expanded, needsShell);
    }

    // Before a brace our reader wants it doubled.
    private static string WithDollars(string text) =>
        text.Replace(Dollar + "${", "$${", StringComparison.Ordinal).Replace(Dollar, "$", StringComparison.Ordinal);

    // Quoted for a shell, but for what it has to fill in. "$${NAME}" is "${NAME}" for our reader.
    private static string ShellWord(string word)
    {
        if (BareName().IsMatch(word) || Plain().IsMatch(word))
        {
            return word;
        }

        var (result, last) = (new StringBuilder(), 0);
        foreach (Match found in Reference().Matches(word))
        {
            result.Append(Single(word[last..found.Index])).Append('"').Append(found.Value).Append('"');
            last = found.Index + found.Length;
        }

        return result.Append(Single(word[last..])).ToString() is { Length: > 0 } text ? text : "''";
    }

    private static string Single(string text) => text.Length == 0 ? "" : Plain().IsMatch(text) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^\$([A-Za-z_][A-Za-z0-9_]*)$")]
    private static partial Regex BareName();

    [GeneratedRegex(@"\$\$\{([A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^[A-Za-z0-9_/.:@%+=,-]+$")]
    private static partial Regex Plain();
}
