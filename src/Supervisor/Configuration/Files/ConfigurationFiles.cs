using Supervisor.Configuration.Binding;
using Supervisor.Configuration.Keys;
using Supervisor.Configuration.Scalars;
using Supervisor.Configuration.Yaml;
using Supervisor.Linux;
using Supervisor.Specs;

namespace Supervisor.Configuration.Files;

/// <summary>Reads the main file and all that it includes, and gathers their jobs.</summary>
internal sealed class ConfigurationFiles(Problems problems, ConfigurationContext context)
{
    private const int MostFiles = 10_000;
    private const string OurName = "supervisor.yaml";

    private readonly Dictionary<string, SourcePosition> _jobs = [];
    private readonly HashSet<string> _read = [];
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _globs = [];

    /// <summary>Jobs by name in the order of the files.</summary>
    public List<YamlEntry> Jobs { get; } = [];

    /// <summary>Regions of all files.</summary>
    public RegionBinder Regions { get; } = new();

    /// <summary>All that was read.</summary>
    public ConfigurationText Text => new(_texts, _globs);

    public YamlNode? Supervisor { get; private set; }

    public YamlMap? Defaults { get; private set; }

    public void ReadMain(string file)
    {
        if (Read(file, new(file, 1, 1), [file]) is { } root)
        {
            if (root["jobs"] is null && root["include"] is null && root.Entries.Count > 0)
            {
                problems.Add(root.Position, "key 'jobs' is missing: there is nothing to run");
            }
        }
    }

    private YamlMap? Read(string file, SourcePosition from, List<string> chain)
    {
        var isMain = chain.Count == 1;
        problems.AddFile(file);
        if (!_read.Add(Path.GetFullPath(file)) || _read.Count > MostFiles)
        {
            problems.Add(from, _read.Count > MostFiles ? $"more than {MostFiles} files" : $"'{file}' is included twice");
            return null;
        }

        var before = problems.Count;
        var text = TextOf(file, from);
        if (isMain && text is not null && ImportKinds.Foreign(file, text) is { } kind)
        {
            var result = Path.GetFileName(file) == OurName ? "jobs.yaml" : OurName;
            problems.Add(new(file, 1, 1), $"expected a configuration of this supervisor, found {ImportKinds.InWords(kind)}; `supervisor import {file} --write {result}` makes one of it");
            return null;
        }

        var root = text is null ? null : YamlTree.Read(file, text, problems);
        if (root is YamlMap map)
        {
            Take(file, map, isMain, chain);
            return map;
        }

        if (root is not null and not YamlScalar { IsNull: true })
        {
            problems.Add(root.Position, $"expected a map with 'jobs:', found {root.InWords}");
        }
        else if (isMain && problems.Count == before)
        {
            problems.Add(new(file, 1, 1), "the file is empty: expected a map with 'jobs:'");
        }

        return null;
    }

    private void Take(string file, YamlMap map, bool isMain, List<string> chain)
    {
        var section = SectionReader.Open(new(problems, new Variables(context.Environment)), map, FileKeys.File, "", $"in '{Path.GetFileName(file)}'");
        section.Integer("version");
        if (isMain)
        {
            Supervisor = section["supervisor"];
            Defaults = section["defaults"] as YamlMap;
        }

        foreach (var key in new[] { "supervisor", "defaults" })
        {
            if (section[key] is { } node && (!isMain || (key == "defaults" && node is not YamlMap)))
            {
                section.Scope.Problem(node, isMain ? $"{section.What(key)}: expected a map, found {node.InWords}" : $"{section.What(key)}: only the main file may have it");
            }
        }

        Gather(section);
        Regions.Declare(section);
        foreach (var item in section.Items("include", single: true))
        {
            Include(file, item, section, chain);
        }
    }

    private string? TextOf(string file, SourcePosition from)
    {
        var path = Path.GetFullPath(file);
        var text = context.Text?.Files.GetValueOrDefault(path) ?? YamlText.Read(file, from, problems);
        if (text is not null)
        {
            _texts[path] = text;
        }

        return text;
    }

    private IReadOnlyList<string> FilesOf(string directory, string pattern)
    {
        var key = $"{Path.GetFullPath(directory.Length == 0 ? "." : directory)} {pattern}";
        return _globs[key] = context.Text?.Globs.GetValueOrDefault(key) ?? [.. IncludeGlob.Expand(directory, pattern)];
    }

    private void Gather(SectionReader section)
    {
        if (section["jobs"] is not YamlMap jobs)
        {
            if (section["jobs"] is { } node && node is not YamlScalar { IsNull: true })
            {
                section.Scope.Problem(node, $"{section.What("jobs")}: expected a map of jobs by name, found {node.InWords}");
            }

            return;
        }

        _jobs.EnsureCapacity(_jobs.Count + jobs.Entries.Count);
        Jobs.EnsureCapacity(Jobs.Count + jobs.Entries.Count);
        foreach (var entry in jobs.Entries)
        {
            if (!JobNames.IsValid(entry.Key.Value))
            {
                section.Scope.Problem(entry.Key, $"{YamlScalar.Shown(entry.Key.Value)} cannot be the name of a job: {JobNames.Rule}");
            }
            else if (!_jobs.TryAdd(entry.Key.Value, entry.Key.Position))
            {
                section.Scope.Problem(entry.Key, $"duplicate job '{entry.Key.Value}'; it is already defined at {_jobs[entry.Key.Value]}");
            }
            else
            {
                Jobs.Add(entry);
            }
        }
    }

    private void Include(string file, YamlNode item, SectionReader section, List<string> chain)
    {
        if (section.Scope.NonEmpty(item, section.What("include"), "a path or glob") is not { } pattern)
        {
            return;
        }

        var directory = Path.GetDirectoryName(file) ?? "";
        IEnumerable<string> found;
        try
        {
            found = IncludeGlob.IsGlob(pattern) ? FilesOf(directory, pattern) : [FilePaths.Join(directory, pattern)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            section.Scope.Problem(item, $"{section.What("include")}: {pattern} cannot be looked up: {FailureText.Of(failure)}");
            return;
        }

        foreach (var included in found)
        {
            var at = chain.FindIndex(one => Path.GetFullPath(one) == Path.GetFullPath(included));
            if (at >= 0)
            {
                section.Scope.Problem(item, $"a cycle of includes: {string.Join(" -> ", chain.Skip(at).Append(included))}");
            }
            else
            {
                Read(included, item.Position, [.. chain, included]);
            }
        }
    }
}
