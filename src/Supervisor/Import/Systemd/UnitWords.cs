using System.Text;

namespace Supervisor.Import.Systemd;

/// <summary>Splits values into words as systemd does: quotes of both kinds around a word, C escapes.</summary>
internal static class UnitWords
{
    /// <summary>null when a quote is not closed.</summary>
    public static List<string>? Split(string text)
    {
        var (words, at) = (new List<string>(), 0);
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return words;
            }

            if (Word(text, ref at) is not { } word)
            {
                return null;
            }

            words.Add(word);
        }
    }

    private static string? Word(string text, ref int at)
    {
        var (word, quote) = (new StringBuilder(), '\0');
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                break;
            }

            if (quote == '\0' ? c is '"' or '\'' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
            }
            else if (c == '\\' && at + 1 < text.Length)
            {
                Escaped(text, ref at, word);
            }
            else
            {
                word.Append(c);
            }
        }

        return quote == '\0' ? word.ToString() : null;
    }

    private static void Escaped(string text, ref int at, StringBuilder word)
    {
        var c = text[++at];
        if (c == 'x' && at + 2 < text.Length && byte.TryParse(text.AsSpan(at + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code) && code is > 0 and < 0x80)
        {
            word.Append((char)code);
            at += 2;
            return;
        }

        word.Append(c switch
        {
            'n' => "\n",
            't' => "\t",
            's' => " ",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '\\' or '"' or '\'' or ' ' or '$' => c.ToString(),
            _ => "\\" + c,
        });
    }
}
