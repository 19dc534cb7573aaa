using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Processes;

/// <summary>Finds a program as execvp(3) does, in the PATH of the job.</summary>
internal static class ProgramSearch
{
    /// <summary>The absolute paths that are tried for <paramref name="name"/>, in order. Pure.</summary>
    public static IEnumerable<string> Candidates(string name, string path, string directory) =>
        name.StartsWith('/') ? [name]
        : name.Contains('/') ? [Join(directory, name)]
        : path.Split(':').Select(folder => Join(folder.StartsWith('/') ? folder : Join(directory, folder), name)).Distinct();

    /// <summary>The absolute path (inside the job's root) of the program.</summary>
    /// <exception cref="SpawnFailedException">It is nowhere, or nowhere executable.</exception>
    public static string Find(string name, string path, string directory, RootedFiles files)
    {
        if (name.Length == 0)
            throw SpawnFailedException.Because(ExecStep.FindProgram, "the command is empty");
        if (name.Contains('/'))
            return Candidates(name, path, directory).First();
        string? refused = null;
        foreach (var candidate in Candidates(name, path, directory))
        {
            using var file = files.OpenPath(candidate, 0, out var errno);
            if (file is null)
            {
                refused ??= errno == Errno.EACCES ? candidate : null;
                continue;
            }

            var mode = RootedFiles.Mode(file);
            if ((mode & sys_stat_h.S_IFMT) != sys_stat_h.S_IFREG)
                continue;
            if ((mode & 0b001_001_001) != 0)
                return candidate;
            refused ??= candidate;
        }

        throw refused is not null
            ? SpawnFailedException.Of(ExecStep.FindProgram, Errno.EACCES, refused)
            : SpawnFailedException.Because(ExecStep.FindProgram, $"{name} is not in PATH ({path})");
    }

    private static string Join(string folder, string name) => name == "." ? folder
        : name.StartsWith("./", StringComparison.Ordinal) ? Join(folder, name[2..].TrimStart('/'))
        : folder.EndsWith('/') ? folder + name : folder.Length == 0 ? name : $"{folder}/{name}";
}
