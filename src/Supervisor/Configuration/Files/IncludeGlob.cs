using System.IO.Enumeration;

namespace Supervisor.Configuration.Files;

/// <summary>The files of an <c>include:</c> pattern: <c>*</c> and <c>?</c> in any part of the path, sorted by name, hidden files left out.</summary>
internal static class IncludeGlob
{
    public static bool IsGlob(string pattern) => pattern.AsSpan().IndexOfAny('*', '?') >= 0;

    public static IEnumerable<string> Expand(string baseDirectory, string pattern)
    {
        IEnumerable<string> found = [Path.IsPathRooted(pattern) ? "/" : baseDirectory];
        foreach (var part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            found = IsGlob(part) ? found.SelectMany(directory => Matches(directory, part)) : found.Select(directory => Path.Combine(directory, part));
        }

        return found.Where(File.Exists).Order(StringComparer.Ordinal).ToArray();
    }

    private static IEnumerable<string> Matches(string directory, string pattern) =>
        Directory.Exists(directory.Length == 0 ? "." : directory)
            ? Directory.EnumerateFileSystemEntries(directory.Length == 0 ? "." : directory)
                .Select(path => Path.GetFileName(path))
                .Where(name => name[0] != '.' && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
                .Select(name => Path.Combine(directory, name))
            : [];
}
