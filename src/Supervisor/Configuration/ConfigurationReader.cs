using System.Collections.Immutable;
using Supervisor.Specs;

namespace Supervisor.Configuration;

/// <summary>What the reader needs to know of the world; a value, so that reading is a pure function of it and the files.</summary>
/// <param name="Environment">The supervisor's environment, for <c>${VAR}</c>.</param>
/// <param name="IsRoot">Whether the supervisor runs as root: decides <c>directory: auto</c>.</param>
/// <param name="DefaultLogTarget">Where stdout goes when <c>log.stdout</c> is not written: console on a terminal or as PID 1, else file.</param>
public sealed record ConfigurationContext(IReadOnlyDictionary<string, string> Environment, bool IsRoot, LogTarget DefaultLogTarget);

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
    public static ConfigurationResult Read(string file, ConfigurationContext context) => throw new NotImplementedException();
}
