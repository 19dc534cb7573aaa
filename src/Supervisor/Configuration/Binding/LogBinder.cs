using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>log:</c> of a job.</summary>
internal static class LogBinder
{
    private const string AppendPrefix = "append:";
    private const ulong SmallestFile = 1024;

    public static LogSpec Log(SectionReader job, LogTarget defaultTarget)
    {
        var (section, start) = (job.Sub("log", JobKeys.Log), new LogSpec());
        return new()
        {
            Stdout = Target(section, "stdout") ?? defaultTarget,
            Stderr = Target(section, "stderr") ?? LogTarget.SameAsStdout,
            Timestamp = section.Boolean("timestamp"),
            MaxSize = MaxSize(section) ?? start.MaxSize,
            MaxFiles = section.Integer("max_files") ?? start.MaxFiles,
            OnFull = section.Word("on_full", Vocabulary.OnFull, start.OnFull),
        };
    }

    private static long? MaxSize(SectionReader section)
    {
        if (section["max_size"] is not { } node || section.Scope.Size(node, section.What("max_size")) is not { } size)
        {
            return null;
        }

        return size is >= SmallestFile and <= long.MaxValue ? (long)size
            : section.Scope.WrongValue<long>(node, section.What("max_size"), "1KiB or more", $"{size} bytes");
    }

    private static LogTarget? Target(SectionReader section, string key)
    {
        if (section[key] is not { } node)
        {
            return null;
        }

        if (node is YamlScalar scalar && scalar.Value.StartsWith(AppendPrefix, StringComparison.Ordinal))
        {
            var path = section.Scope.Text(node, section.What(key))?[AppendPrefix.Length..];
            return path is "" ? section.Scope.WrongValue<LogTarget>(node, section.What(key), "append:/path", "no path")
                : path is null ? null
                : LogTarget.Append(FilePaths.Resolve(node, path));
        }

        var kind = section.Scope.Word(node, section.What(key), Vocabulary.LogTarget);
        if (kind == LogTargetKind.SameAsStdout && key == "stdout")
        {
            return section.Scope.WrongValue<LogTarget>(node, section.What(key), "file, console, null, inherit or append:/path", "'stdout'");
        }

        return kind is { } found ? new LogTarget(found) : null;
    }
}
