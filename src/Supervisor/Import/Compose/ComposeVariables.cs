using System.Text;

namespace Supervisor.Import.Compose;

/// <summary>Turns the interpolation of compose files into ours.</summary>
internal static class ComposeVariables
{
    /// <summary>Text of ours. An unset variable is empty for compose, and a mistake here: it gets an empty default.</summary>
    public static string Translate(string text, Action<string> remark)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var next = i + 1 < text.Length ? text[i + 1] : '\0';
            if (text[i] != '$')
            {
                result.Append(text[i]);
            }
            else if (next == '$')
            {
                // A dollar sign is special for us before these only.
                i++;
                result.Append(i + 1 < text.Length && text[i + 1] is '{' or '$' ? "$$" : "$");
            }
            else if (next == '{' && Closing(text, i + 2) is var end and > 0)
            {
                result.Append(Braced(text[(i + 2)..end], remark));
                i = end;
            }
            else if (char.IsAsciiLetter(next) || next == '_')
            {
                var stop = i + 1;
                while (stop < text.Length && (char.IsAsciiLetterOrDigit(text[stop]) || text[stop] == '_'))
                {
                    stop++;
                }

                result.Append($"${{{text[(i + 1)..stop]}:-}}");
                i = stop - 1;
            }
            else
            {
                result.Append(next == '{' ? "$$" : "$");
            }
        }

        return result.ToString();
    }

    private static int Closing(string text, int from)
    {
        for (var (i, depth) = (from, 1); i < text.Length; i++)
        {
            depth += text[i] == '}' ? -1 : text[i] == '{' && text[i - 1] == '$' ? 1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    private static string Braced(string expression, Action<string> remark)
    {
        var length = expression.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c == '_').Count();
        var (name, rest) = (expression[..length], expression[length..]);
        if (rest.Length == 0)
        {
            return $"${{{name}:-}}";
        }

        var (sign, value) = rest[0] == ':' && rest.Length > 1 ? (rest[..2], rest[2..]) : (rest[..1], rest[1..]);
        if (sign is ":?" or "?")
        {
            return $"${{{name}}}";
        }

        if (sign is ":-" or "-" && !value.AsSpan().ContainsAny('$', '}'))
        {
            return $"${{{name}:-{value}}}";
        }

        remark(sign is ":-" or "-"
            ? $"a variable inside a default has no counterpart: ${{{expression}}} became ${{{name}:-}}"
            : $"${{{expression}}} has no counterpart and became ${{{name}:-}}");
        return $"${{{name}:-}}";
    }
}
