namespace Supervisor.Control;

/// <summary>Did you mean.</summary>
internal static class NearestName
{
    /// <summary>The name nearest to a misspelt one, by edits of one letter; null when none is near.</summary>
    public static string? Of(string word, IEnumerable<string> names)
    {
        var allowed = Math.Max(1, word.Length / 3);
        return names.Distinct(StringComparer.Ordinal)
            .Select(name => (Name: name, Distance: Distance(word, name)))
            .Where(candidate => candidate.Distance <= allowed)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    // Levenshtein's distance with one row; names are short.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
