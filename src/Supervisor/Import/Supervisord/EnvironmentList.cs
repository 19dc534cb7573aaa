namespace Supervisor.Import.Supervisord;

/// <summary>Reads <c>A="1",B='2',C=3</c> as supervisord does: pairs after commas or line breaks, values with or without quotes.</summary>
internal static class EnvironmentList
{
    public static List<(string Name, string Value)> Read(string text, Action<string> problem)
    {
        var (pairs, at) = (new List<(string, string)>(), 0);
        while (true)
        {
            while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == ','))
            {
                at++;
            }

            if (at == text.Length)
            {
                return pairs;
            }

            var equals = text.IndexOf('=', at);
            var name = equals < 0 ? text[at..] : text[at..equals].Trim();
            if (equals < 0 || name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
            {
                problem($"expected NAME=\"value\" pairs with commas between, found '{name}'");
                return pairs;
            }

            at = equals + 1;
            if (Value(text, ref at) is not { } value)
            {
                problem($"the quote of {name} is not closed");
                return pairs;
            }

            pairs.Add((name, value));
        }
    }

    private static string? Value(string text, ref int at)
    {
        var (value, quote) = ("", '\0');
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quote == '\0' && (c == ',' || c == '\n'))
            {
                break;
            }

            if (quote == '\0' ? c is '"' or '\'' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
            }
            else
            {
                value += c == '\\' && quote == '"' && at + 1 < text.Length && text[at + 1] is '"' or '\\' ? text[++at] : c;
            }
        }

        return quote == '\0' ? value.Trim() : null;
    }
}
