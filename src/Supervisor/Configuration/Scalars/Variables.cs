using System.Text;

namespace Supervisor.Configuration.Scalars;

/// <summary>Expands <c>${VAR}</c>, <c>${VAR:-default}</c> and <c>$$</c>; any other <c>$</c> stays as it is.</summary>
/// <param name="environment">The supervisor's environment.</param>
/// <param name="job">Lower-case variables of the job; null outside of a job.</param>
internal sealed class Variables(IReadOnlyDictionary<string, string> environment, JobVariables? job = null)
{
    /// <summary>How many of the job's variables have been expanded.</summary>
    public int OfJob { get; private set; }

    /// <summary>Whether <c>${instance}</c> has been expanded anywhere.</summary>
    public bool NamesInstance { get; private set; }

    public string Expand(string text, Action<string> problem)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length || text[i + 1] is not ('$' or '{'))
            {
                result.Append(text[i]);
            }
            else if (text[++i] == '$')
            {
                result.Append('$');
            }
            else
            {
                var end = text.IndexOf('}', i);
                if (end < 0)
                {
                    problem("'${' without '}'; write $$ for a dollar sign");
                    return text;
                }

                result.Append(ValueOf(text[(i + 1)..end], problem));
                i = end;
            }
        }

        return result.ToString();
    }

    private string ValueOf(string expression, Action<string> problem)
    {
        var at = expression.IndexOf(":-", StringComparison.Ordinal);
        var name = at < 0 ? expression : expression[..at];
        if (!IsName(name))
        {
            problem($"'${{{expression}}}' is not a variable: a name has letters, digits and '_'");
            return "";
        }

        if (job?[name] is { } own)
        {
            OfJob++;
            NamesInstance |= name == JobVariables.OfInstance;
            return own;
        }

        // As in a shell, ":-" takes an empty value for an unset one.
        if (environment.TryGetValue(name, out var value) && (value.Length > 0 || at < 0))
        {
            return value;
        }

        if (at >= 0)
        {
            return expression[(at + 2)..];
        }

        problem(JobVariables.All.Contains(name)
            ? $"${{{name}}} has no value here"
            : $"variable '{name}' is not set in the supervisor's environment{Suggestions.For(name, job?.Names ?? [])}");
        return "";
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
