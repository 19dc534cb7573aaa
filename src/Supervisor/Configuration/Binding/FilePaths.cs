using Supervisor.Configuration.Yaml;

namespace Supervisor.Configuration.Binding;

/// <summary>Paths of the configuration: a relative one starts at the directory of the file that has it.</summary>
internal static class FilePaths
{
    /// <summary>Rooted paths stay as they are written: collapsing <c>..</c> would be wrong behind a symbolic link.</summary>
    public static string Resolve(YamlNode node, string path) =>
        Path.IsPathRooted(path) ? path : Join(Path.GetDirectoryName(Path.GetFullPath(node.Position.File)) ?? "/", path);

    /// <summary>The two as one path without <c>.</c> in between: nobody wants to read <c>/srv/./web</c>.</summary>
    public static string Join(string directory, string path)
    {
        var rest = string.Join('/', path.Split('/').Where(part => part != "."));
        return Path.IsPathRooted(path) ? path : rest.Length > 0 ? Path.Combine(directory, rest) : directory.Length > 0 ? directory : ".";
    }

    public static string? Read(SectionReader section, string key) =>
        section.Text(key) is { } text && section[key] is { } node ? Resolve(node, text) : null;
}
