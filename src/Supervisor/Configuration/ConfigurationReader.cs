using System.Collections.Immutable;
using Supervisor.Configuration.Binding;
using Supervisor.Configuration.Files;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Yaml;
using Supervisor.Specs;

namespace Supervisor.Configuration;

/// <summary>What the reader needs to know of the world; a value, so that reading is a pure function of it and the files.</summary>
/// <param name="Environment">The supervisor's environment, for <c>${VAR}</c>.</param>
/// <param name="IsRoot">Whether the supervisor runs as root: decides <c>directory: auto</c>.</param>
/// <param name="DefaultLogTarget">Where stdout goes when <c>log.stdout</c> is not written: console on a terminal or as PID 1, else file.</param>
public sealed record ConfigurationContext(IReadOnlyDictionary<string, string> Environment, bool IsRoot, LogTarget DefaultLogTarget)
{
    /// <summary>Text to read instead of the files; null: the files.</summary>
    public ConfigurationText? Text { get; init; }
}

/// <summary>A problem of a configuration, in words, with its place.</summary>
public sealed record ConfigurationProblem(SourcePosition Position, string Message)
{
    /// <summary><c>supervisor.yaml:12:5: unknown key 'comand' in job 'web'; did you mean 'command'?</c></summary>
    public override string ToString() => $"{Position}: {Message}";
}

/// <summary>A spec, or every reason why there is none.</summary>
/// <param name="Spec">Set when there is no problem.</param>
/// <param name="Problems">All of them, in order of file, line and column.</param>
public sealed record ConfigurationResult(SupervisorSpec? Spec, ImmutableArray<ConfigurationProblem> Problems);

/// <summary>Reads a configuration: text to specs.</summary>
public static class ConfigurationReader
{
    /// <summary>Reads <paramref name="file"/> and what it includes. Expected failures (also a missing file) are problems, not exceptions.</summary>
    public static ConfigurationResult Read(string file, ConfigurationContext context)
    {
        var problems = new Problems();
        var files = new ConfigurationFiles(problems, context);
        files.ReadMain(file);
        CheckDefaults(files.Defaults, problems);

        var parts = new JobParts(files.Defaults);
        var jobs = files.Jobs.Select(entry => Job(entry, files, context, parts, problems)).ToList();
        var scope = new Scope(problems, new(context.Environment));
        var daemon = DaemonBinder.Daemon(scope, files.Supervisor, file, context, [.. jobs.Select(job => job.Name)]);
        new DependencyGraph(jobs, problems).Check();
        SocketConflicts.Check(jobs, daemon.Http, problems);

        return problems.Count > 0 ? new(null, problems.Sorted())
            : new(new SupervisorSpec { File = Path.GetFullPath(file), Daemon = daemon, Jobs = jobs, Text = files.Text, Places = scope.Places }, []);
    }

    /// <summary>
    /// Only the path of the control socket, without reading the jobs: every command needs it, and a file may have thousands of them. Null when the
    /// file cannot be read that far.
    /// </summary>
    public static string? ReadSocket(string file, ConfigurationContext context)
    {
        var problems = new Problems();
        var text = YamlText.Read(file, new(file, 1, 1), problems);
        var root = text is null ? null : YamlTree.Read(file, TopLevelPart.Of(text, "supervisor"), problems) as YamlMap;
        // Names of jobs are not known here.
        var part = root?["supervisor"] is YamlMap written ? written.Without("forward_signals") : root?["supervisor"];
        var spec = DaemonBinder.Daemon(new(problems, new(context.Environment)), part, file, context, []);
        return text is null || problems.Count > 0 ? null : spec.ControlSocket;
    }

    /// <summary>Unknown keys of <c>defaults:</c> are told even when no job takes them over.</summary>
    private static void CheckDefaults(YamlMap? defaults, Problems problems)
    {
        if (defaults is not null)
        {
            SectionReader.Open(new(problems, new(new Dictionary<string, string>())), defaults, JobKeys.Job, "", "in 'defaults'");
        }
    }

    private static JobDefinition Job(YamlEntry entry, ConfigurationFiles files, ConfigurationContext context, JobParts parts, Problems problems)
    {
        var name = entry.Key.Value;
        if (entry.Value is not YamlMap written)
        {
            problems.Add(entry.Value.Position, $"job '{name}': expected a map of keys, found {entry.Value.InWords}");
            written = new(entry.Key.Position);
        }

        var binder = new JobBinder(name, Defaults.Under(written, files.Defaults), files.Regions, context);
        var (count, isNumbered) = binder.Instances(problems);
        var first = binder.Instance(0, isNumbered, problems, parts);
        first.Places.Add(new("", entry.Key.Position));
        var (own, inherited) = parts.Divide(first.Places);
        var specs = first.NamesInstance ? Each(binder, first.Spec, count, isNumbered, parts, problems) : Same(first.Spec);
        return new(name, count, specs, own, inherited);
    }

    private static Func<int, JobSpec> Same(JobSpec spec) => index => index == 0 ? spec : spec with { Name = spec.Name with { Index = index } };

    // A number beyond the file's (scaling while it runs) is bound when it is asked for; what can go wrong has gone wrong for the others.
    private static Func<int, JobSpec> Each(JobBinder binder, JobSpec first, int count, bool isNumbered, JobParts parts, Problems problems)
    {
        JobSpec[] bound = [first, .. Enumerable.Range(1, count - 1).Select(index => binder.Instance(index, isNumbered, problems, parts).Spec)];
        return index => index < count ? bound[index] : binder.Instance(index, isNumbered, new(), new(null)).Spec;
    }
}
