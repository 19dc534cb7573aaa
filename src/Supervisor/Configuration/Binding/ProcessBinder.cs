using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration.Binding;

/// <summary>How a job's processes are started.</summary>
internal static class ProcessBinder
{
    public static ProcessSpec Process(SectionReader job, string? directory, string? chroot)
    {
        // With a misspelt key the missing command is most likely that one.
        if (job["command"] is null && !job.HasUnknownKey)
        {
            job.Scope.Problem(job.Map, $"{job.What("command")} is missing");
        }

        return new()
        {
            Command = CommandBinder.Command(job, "command") ?? [],
            Directory = directory,
            Chroot = chroot,
            Environment = Environment(job),
            EnvironmentFiles = EnvironmentFiles(job),
            User = job.Text("user"),
            Group = job.Text("group"),
            SupplementaryGroups = job.Texts("supplementary_groups"),
            Umask = Umask(job),
            Limits = LimitBinder.Limits(job),
            Nice = job.Integer("nice"),
            IoPriority = CpuBinder.IoPriority(job),
            Scheduling = CpuBinder.Scheduling(job),
            CpuAffinity = CpuBinder.Affinity(job),
            OomScoreAdjust = job.Integer("oom_score_adjust"),
            NoNewPrivileges = job.Boolean("no_new_privileges"),
            Capabilities = PrivilegeBinder.Capabilities(job),
            SecureBits = PrivilegeBinder.SecureBits(job),
            Credentials = PrivilegeBinder.Credentials(job),
        };
    }

    /// <summary>The working directory; inside a chroot it can only be absolute.</summary>
    public static string? Directory(SectionReader job)
    {
        if (job["directory"] is not { } node || job.Text("directory") is not { } path)
        {
            return null;
        }

        if (job["chroot"] is not null && !Path.IsPathRooted(path))
        {
            job.Scope.Problem(node, $"{job.What("directory")}: expected an absolute path, because it is looked up inside the chroot");
        }

        // The root is what a job without the key gets: written or not, it is the same spec.
        return FilePaths.Resolve(node, path) is var resolved && resolved == "/" ? null : resolved;
    }

    private static Sequence<EnvironmentVariable> Environment(SectionReader job)
    {
        if (job["environment"] is not { } node)
        {
            return [];
        }

        var what = job.What("environment");
        if (node is not YamlMap)
        {
            job.Scope.Problem(node, $"{what}: expected a map of variables such as {{NAME: value}}, found {node.InWords}");
        }

        var variables = new List<EnvironmentVariable>();
        foreach (var (key, value) in (node as YamlMap)?.Entries ?? [])
        {
            job.Scope.Places.Add(new("environment." + key.Value, value.Position));
            if (key.Value.Length == 0 || key.Value.AsSpan().ContainsAny('=', '\0'))
            {
                job.Scope.Problem(key, $"{what}: {YamlScalar.Shown(key.Value)} cannot be the name of a variable");
            }
            else if (job.Scope.Text(value, job.What("environment", key.Value), "text (\"\" for an empty value)") is { } text)
            {
                variables.Add(new(key.Value, text));
            }
        }

        return variables.ToSequence();
    }

    private static Sequence<EnvironmentFile> EnvironmentFiles(SectionReader job)
    {
        if (job["environment_file"] is null)
        {
            return [];
        }

        var files = new List<EnvironmentFile>();
        foreach (var item in job.Items("environment_file", single: true))
        {
            if (job.Scope.NonEmpty(item, job.What("environment_file"), "a path") is { } text)
            {
                var optional = text[0] == '-';
                files.Add(new(FilePaths.Resolve(item, optional ? text[1..] : text), optional));
            }
        }

        return files.ToSequence();
    }

    private static int? Umask(SectionReader job)
    {
        const string Expected = "an octal number such as \"0027\"";
        if (job["umask"] is not { } node || job.Scope.Text(node, job.What("umask"), Expected) is not { } text)
        {
            return null;
        }

        var digits = text.StartsWith("0o", StringComparison.Ordinal) ? text[2..] : text;
        var valid = digits.Length is > 0 and <= 4 && digits.All(c => c is >= '0' and <= '7') && Convert.ToInt32(digits, 8) <= 0x1ff;
        return valid ? Convert.ToInt32(digits, 8) : job.Scope.WrongValue<int>(node, job.What("umask"), Expected, YamlScalar.Shown(text));
    }
}
