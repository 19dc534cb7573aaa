using System.Text;

namespace Supervisor.Configuration.Scalars;

/// <summary>Splits a command as a shell splits words: quotes and backslashes, nothing else of a shell.</summary>
internal static class CommandWords
{
    private static readonly string[] _shellWords = ["|", "&&", "||", ";", ">", "<", "&", ">>", "2>&1"];

    /// <summary>The words; null and what is wrong otherwise.</summary>
    public static (List<string>? Words, string? Problem) Split(string text) => Split(text, shellWordsAllowed: false);

    /// <summary>The same; with <paramref name="shellWordsAllowed"/> what means something to a shell only is a word like any other.</summary>
    public static (List<string>? Words, string? Problem) Split(string text, bool shellWordsAllowed)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var bare = true;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && c is ' ' or '\t' or '\n' or '\r')
            {
                if (End(words, ref word, ref bare) is { } shell && !shellWordsAllowed)
                {
                    return (null, shell);
                }
            }
            else if (quote == '\0' && c is '\'' or '"')
            {
                (quote, word, bare) = (c, word ?? new(), false);
            }
            else if (quote != '\0' && c == quote)
            {
                quote = '\0';
            }
            else if (c == '\\' && quote != '\'')
            {
                if (++i == text.Length)
                {
                    return (null, "it ends with a backslash");
                }

                // In double quotes a backslash is special before these only (POSIX shell, 2.2.3).
                (word ??= new()).Append(quote == '"' && text[i] is not ('"' or '\\' or '$' or '`') ? "\\" : "").Append(text[i]);
                bare = false;
            }
            else
            {
                (word ??= new()).Append(c);
            }
        }

        return quote != '\0' ? (null, $"the quote {quote} is not closed")
            : End(words, ref word, ref bare) is { } last && !shellWordsAllowed ? (null, last)
            : (words, null);
    }

    private static string? End(List<string> words, ref StringBuilder? word, ref bool bare)
    {
        if (word is not null)
        {
            words.Add(word.ToString());
            if (bare && IsForShell(words[^1]))
            {
                return $"'{words[^1]}' means nothing without a shell, and no shell takes part; use [sh, -c, '...'], or quote it";
            }
        }

        (word, bare) = (null, true);
        return null;
    }

    // Also without spaces around it: "echo 1; echo 2", "sleep 5&", "echo a >/x". Inside of a word they are most likely of an address or a pattern.
    private static bool IsForShell(string word) =>
        Array.IndexOf(_shellWords, word) >= 0
        || word is [.., ';' or '&' or '|'] or ['<' or '>' or '|', ..] or ['1' or '2', '>', ..]
        || word.Contains('`', StringComparison.Ordinal)
        || word.Contains("$(", StringComparison.Ordinal);
}
