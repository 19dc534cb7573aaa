using System.Collections.Immutable;
using Supervisor.Configuration;
using Supervisor.Configuration.Files;
using Supervisor.Configuration.Yaml;
using Supervisor.Import.Compose;
using Supervisor.Import.Supervisord;
using Supervisor.Import.Systemd;

namespace Supervisor.Import;

/// <summary>A configuration of ours, or every reason why there is none.</summary>
/// <param name="Text">Set when there is no problem.</param>
/// <param name="Kind">What was imported; null when that could not be told.</param>
/// <param name="Jobs">Names of its jobs.</param>
/// <param name="Remarks">How many remarks are in it.</param>
/// <param name="Problems">What is wrong with the files, with places.</param>
public sealed record ImportResult(string? Text, ImportKind? Kind, ImmutableArray<string> Jobs, int Remarks, ImmutableArray<ConfigurationProblem> Problems);

/// <summary>Turns the configuration of another process manager into ours: text to text.</summary>
public static class Importer
{
    /// <summary>Reads <paramref name="files"/> and what they include.</summary>
    /// <param name="files">One file; for systemd also drop-ins, .socket and .timer units.</param>
    /// <param name="from">What they are; null: by name and content.</param>
    public static ImportResult Import(IReadOnlyList<string> files, ImportKind? from)
    {
        var problems = new Problems();
        foreach (var file in files)
        {
            problems.AddFile(file);
        }

        var sources = files.Select(file => Read(file, problems)).OfType<ImportSource>().ToList();
        if (problems.Count > 0)
        {
            return new(null, from, [], 0, problems.Sorted());
        }

        var kind = from ?? KindOf(sources[0]);
        if (kind is null)
        {
            problems.Add(new(files[0], 1, 1), ImportKinds.IsOurs(sources[0].Text)
                ? "this is a configuration of supervisor already: `supervisor check` looks at it"
                : "cannot tell what this is; say it: --from supervisord, compose, procfile or systemd");
        }
        else if (kind != ImportKind.Systemd && sources.Count > 1)
        {
            problems.Add(new(files[1], 1, 1), $"one file at a time: several are for systemd units, and {files[0]} is {ImportKinds.InWords(kind.Value)}");
        }

        var draft = problems.Count > 0 ? null : DraftOf(kind!.Value, sources, problems);
        if (draft is null || problems.Count > 0)
        {
            return new(null, kind, [], 0, problems.Sorted());
        }

        var title = $"Written by `supervisor import` from {string.Join(", ", sources.Select(source => source.Path))} ({ImportKinds.InWords(kind!.Value)}).";
        var (text, remarks) = DraftWriter.Write(draft, title);
        return new(text, kind, [.. draft.Jobs.Select(job => job.Name)], remarks, []);
    }

    private static ImportKind? KindOf(ImportSource source) => ImportKinds.Of(source.Path, source.Text);

    private static Draft DraftOf(ImportKind kind, List<ImportSource> sources, Problems problems) => kind switch
    {
        ImportKind.Supervisord => new SupervisordImport(problems, pattern => Included(sources[0], pattern, problems)).Draft(sources[0]),
        ImportKind.Compose => new ComposeImport(sources[0], problems).Draft(),
        ImportKind.Procfile => ProcfileImport.Draft(sources[0], problems),
        _ => new SystemdImport(problems).Draft(sources),
    };

    private static IEnumerable<ImportSource> Included(ImportSource from, string pattern, Problems problems) =>
        (IncludeGlob.IsGlob(pattern) ? IncludeGlob.Expand(Path.GetDirectoryName(from.Path) ?? "", pattern) : [Path.Combine(Path.GetDirectoryName(from.Path) ?? "", pattern)])
            .Select(file => Read(file, problems)).OfType<ImportSource>();

    private static ImportSource? Read(string file, Problems problems) =>
        YamlText.Read(file, new(file, 1, 1), problems) is { } text ? new(file, text) : null;
}
