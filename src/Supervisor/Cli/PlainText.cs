using System.Text;

namespace Supervisor.Cli;

/// <summary>Text that came from a job or a file, made harmless for a terminal.</summary>
internal static class PlainText
{
    /// <summary>Control characters (escape sequences among them) become visible: <c>\x1b[2J</c>; a tab stays.</summary>
    public static string Of(string text)
    {
        if (!HasControl(text))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            _ = IsControl(c) ? plain.Append($"\\x{(int)c:x2}") : plain.Append(c);
        }

        return plain.ToString();
    }

    // No LINQ: for each cell of a table of a thousand jobs.
    private static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (IsControl(c))
            {
                return true;
            }
        }

        return false;
    }

    // C0 and DEL, C1 (a terminal may take U+009B for ESC [), and the marks that turn the direction of what follows.
    private static bool IsControl(char c) => (char.IsControl(c) && c != '\t') || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069';
}
