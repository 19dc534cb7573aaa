using System.IO.Enumeration;
using Supervisor.Specs;

namespace Supervisor.Jobs;

/// <summary>How people name jobs: <c>web</c> (all its instances), <c>web@2</c>, and patterns with <c>*</c> and <c>?</c> over either.</summary>
public static class JobSelection
{
    /// <summary>Whether <paramref name="word"/> means <paramref name="name"/>.</summary>
    public static bool Matches(string word, InstanceName name)
    {
        if (word == name.Job)
        {
            return true;
        }

        var full = name.ToString();
        return word == full
            || ((word.Contains('*') || word.Contains('?'))
                && (FileSystemName.MatchesSimpleExpression(word, full, ignoreCase: false)
                    || FileSystemName.MatchesSimpleExpression(word, name.Job, ignoreCase: false)));
    }
}
