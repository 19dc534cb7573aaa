using Supervisor.Configuration;
using Supervisor.Specs;

namespace Supervisor.Tests.Pure.Configuration;

/// <summary>Reads configurations from a temporary directory.</summary>
public abstract class ConfigurationTest : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("supervisor-configuration-");

    protected string Root => _directory.FullName;

    protected Dictionary<string, string> Environment { get; } = new() { ["HOME"] = "/home/somebody", ["EMPTY"] = "", ["NAME"] = "value" };

    protected string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Root);
        File.WriteAllText(path, text);
        return path;
    }

    protected ConfigurationResult ReadFile(string path) => ConfigurationReader.Read(path, new(Environment, IsRoot: false, LogTarget.File));

    protected ConfigurationResult Read(string text) => ReadFile(Write("supervisor.yaml", text));

    /// <summary>Problems as people see them, without the directory.</summary>
    protected string[] Problems(string text) => Problems(Read(text));

    protected string[] Problems(ConfigurationResult result) => [.. result.Problems.Select(problem => problem.ToString().Replace(Root + "/", "", StringComparison.Ordinal))];

    protected SupervisorSpec Valid(string text)
    {
        var result = Read(text);
        Assert.Equal([], Problems(result));
        return result.Spec ?? throw new InvalidOperationException("no problem, and no spec");
    }

    /// <summary>The spec of job "a" with these lines added to its command.</summary>
    protected JobSpec Job(params string[] lines) => Valid(JobText(lines)).Jobs[0].Instance(0);

    /// <summary>The message (without place) of the only problem of job "a" with these lines.</summary>
    protected string Problem(params string[] lines) => Assert.Single(Read(JobText(lines)).Problems).Message;

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private static string JobText(string[] lines) =>
        "jobs:\n  a:\n" + string.Concat(lines.Select(line => $"    {line}\n")) + (lines.Any(line => line.StartsWith("command", StringComparison.Ordinal)) ? "" : "    command: /bin/true\n");
}
