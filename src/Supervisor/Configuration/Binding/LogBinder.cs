using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>The <c>log:</c> of a job.</summary>
internal static class LogBinder
{
    private const string AppendPrefix = "append:";
    private const ulong SmallestFile = 1024;
    private const string ExpectedTarget = "file, console, journal, null, inherit or append:/path";

    public static LogSpec Log(SectionReader job, LogTarget defaultTarget)
    {
        var (section, start) = (job.Sub("log", JobKeys.Log), LogSpec.Default);
        var log = new LogSpec
        {
            Stdout = Target(section, "stdout") ?? defaultTarget,
            Stderr = Target(section, "stderr") ?? LogTarget.SameAsStdout,
            Format = section.Word("format", Vocabulary.LogFormat, start.Format),
            Timestamp = section.Boolean("timestamp"),
            MaxSize = Size(section, "max_size") ?? start.MaxSize,
            MaxFiles = section.Integer("max_files") ?? start.MaxFiles,
            MaxAge = section.DurationOrNone("max_age", null),
            MaxTotal = section["max_total"] is { } node && SectionReader.IsNone(node) ? null : Size(section, "max_total"),
            Compress = section.Boolean("compress"),
            OnFull = section.Word("on_full", Vocabulary.OnFull, start.OnFull),
        };
        return Fits(section, log) ? log : log with { MaxTotal = null };
    }

    private static long? Size(SectionReader section, string key)
    {
        if (section[key] is not { } node || section.Scope.Size(node, section.What(key)) is not { } size)
        {
            return null;
        }

        return size is >= SmallestFile and <= long.MaxValue ? (long)size
            : section.Scope.WrongValue<long>(node, section.What(key), "1KiB or more", $"{size} bytes");
    }

    // The current files alone may grow to max_size: a smaller total could not be kept.
    private static bool Fits(SectionReader section, LogSpec log)
    {
        var files = (log.Stdout.Kind == LogTargetKind.File ? 1 : 0) + (log.Stderr.Kind == LogTargetKind.File ? 1 : 0);
        return log.MaxTotal is not { } total || total >= files * log.MaxSize
            || section.Scope.WrongValue<long>(
                section["max_total"]!,
                section.What("max_total"),
                $"at least max_size{(files > 1 ? " twice, for stdout and stderr have a file each" : "")} ({files * log.MaxSize} bytes)",
                $"{total} bytes") is not null;
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

        var kind = section.Scope.Word(node, section.What(key), Vocabulary.LogTarget, key == "stdout" ? ExpectedTarget : $"stdout, {ExpectedTarget}");
        if (kind == LogTargetKind.SameAsStdout && key == "stdout")
        {
            return section.Scope.WrongValue<LogTarget>(node, section.What(key), ExpectedTarget, "'stdout'");
        }

        return kind is { } found ? new LogTarget(found) : null;
    }
}
