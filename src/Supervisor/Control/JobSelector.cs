using Supervisor.Configuration;
using Supervisor.Jobs;

namespace Supervisor.Control;

/// <summary>Which instances the words of a request mean.</summary>
internal static class JobSelector
{
    /// <summary>Every instance that a word names, in file order; no words: all.</summary>
    /// <exception cref="RequestException">A word names none (404).</exception>
    public static IReadOnlyList<InstanceSnapshot> Select(SupervisorSnapshot snapshot, IReadOnlyList<string> words)
    {
        foreach (var word in words)
        {
            if (!snapshot.Instances.Any(instance => JobSelection.Matches(word, instance.Name)))
            {
                throw RequestException.NoSuchJob(Unknown(snapshot, word));
            }
        }

        return words.Count == 0
            ? snapshot.Instances
            : [.. snapshot.Instances.Where(instance => words.Any(word => JobSelection.Matches(word, instance.Name)))];
    }

    /// <summary>"no such job: 'wep'; did you mean 'web'?"</summary>
    public static string Unknown(SupervisorSnapshot snapshot, string word)
    {
        var jobs = snapshot.Spec.Jobs.Select(job => job.Name);
        var of = word.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && jobs.Contains(word[..at])
            ? snapshot.Instances.Where(instance => instance.Name.Job == word[..at]).Select(instance => instance.Name.ToString()).ToList()
            : null;
        var hint = of is { Count: > 0 } ? of.Count == 1 ? $"; there is '{of[0]}'" : $"; there are '{of[0]}' to '{of[^1]}'"
            : Suggestions.For(word, jobs.Concat(snapshot.Instances.Select(instance => instance.Name.ToString()))) is { Length: > 0 } suggestion ? suggestion
            : word.Contains('*', StringComparison.Ordinal) ? " (the pattern matches none)" : "";
        return $"no such job: '{word}'{hint}";
    }
}
