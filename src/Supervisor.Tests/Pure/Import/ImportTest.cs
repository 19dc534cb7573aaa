using System.Runtime.CompilerServices;
using Supervisor.Configuration;
using Supervisor.Configuration.Files;
using Supervisor.Import;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Import;

/// <summary>Imports files, and reads what was written with the supervisor's own reader.</summary>
public abstract class ImportTest : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("supervisor-import-");

    // Variables that the imported files ask for.
    private static readonly Dictionary<string, string> _environment = new()
    {
        ["VENV"] = "/srv/shop/venv",
        ["WEB_CONCURRENCY"] = "3",
        ["SCREEN"] = "1920x1080x24",
        ["DB_PASSWORD"] = "secret",
    };

    protected string Root => _directory.FullName;

    /// <summary>A file of Files/.</summary>
    protected static string Sample(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Files", name);

    protected string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The written text.</summary>
    protected static string Text(params string[] files) => Text(null, files);

    protected static string Text(ImportKind? from, params string[] files)
    {
        var result = Importer.Import(files, from);
        Assert.Equal([], result.Problems.Select(problem => problem.ToString()));
        return result.Text!;
    }

    /// <summary>The jobs by name, as the supervisor would have them.</summary>
    protected Dictionary<string, JobSpec> Jobs(params string[] files) => Spec(files).Jobs.ToDictionary(job => job.Name, job => job.Instance(0));

    protected SupervisorSpec Spec(params string[] files)
    {
        var text = Text(files);
        var result = ConfigurationReader.Read(Write("out/supervisor.yaml", text), new(_environment, IsRoot: true, LogTarget.File));
        Assert.True(result.Problems.IsEmpty, string.Join('\n', result.Problems) + "\n" + text);
        return result.Spec!;
    }

    /// <summary>What is wrong, without the directory.</summary>
    protected string[] Problems(string name, string text, ImportKind? from = null)
    {
        var result = Importer.Import([Write(name, text)], from);
        Assert.Null(result.Text);
        return [.. result.Problems.Select(problem => problem.ToString().Replace(Root + "/", "", StringComparison.Ordinal))];
    }

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
