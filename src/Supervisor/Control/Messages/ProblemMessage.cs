using Supervisor.Configuration;

namespace Supervisor.Control.Messages;

/// <summary>Why a request was not carried out: RFC 9457, <c>application/problem+json</c>.</summary>
/// <param name="Type">Which kind: <c>about:blank</c>, or a word after <c>urn:supervisor:</c>.</param>
/// <param name="Title">The kind in words.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What, where, and what to do.</param>
/// <param name="Problems">For a configuration that is not valid: each problem.</param>
public sealed record ProblemMessage(string Type, string Title, int Status, string Detail, IReadOnlyList<ConfigurationProblemMessage>? Problems = null);

/// <summary>A problem of a configuration.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Column">Its column, from 1.</param>
/// <param name="Message">What is wrong, in words.</param>
public sealed record ConfigurationProblemMessage(string File, int Line, int Column, string Message)
{
    /// <summary>A problem that has been found here.</summary>
    public static ConfigurationProblemMessage Of(ConfigurationProblem problem) =>
        new(problem.Position.File, problem.Position.Line, problem.Position.Column, problem.Message);
}

/// <summary>Answer of <c>GET /v1/version</c>.</summary>
/// <param name="Version">Version of the supervisor.</param>
/// <param name="Pid">Its pid.</param>
public sealed record VersionMessage(string Version, int Pid);

/// <summary>What <c>supervisor check -o json</c> tells.</summary>
/// <param name="File">The file.</param>
/// <param name="Valid">Whether there is no problem.</param>
/// <param name="Jobs">How many jobs it has; 0 when it is not valid.</param>
/// <param name="Problems">Each problem.</param>
/// <param name="Warnings">What is not there now, but may be by the time it is needed.</param>
public sealed record CheckMessage(
    string File, bool Valid, int Jobs, IReadOnlyList<ConfigurationProblemMessage> Problems, IReadOnlyList<ConfigurationProblemMessage> Warnings);

/// <summary>What <c>supervisor import -o json</c> answers.</summary>
/// <param name="Kind">supervisord, compose, procfile or systemd; null when it could not be told.</param>
/// <param name="Yaml">The configuration; null with <c>--write</c>, and when there are problems.</param>
/// <param name="File">Where it was written.</param>
/// <param name="Jobs">Names of its jobs.</param>
/// <param name="Remarks">How many comments are in it.</param>
/// <param name="Problems">What is wrong with the files.</param>
public sealed record ImportMessage(
    string? Kind, string? Yaml, string? File, IReadOnlyList<string> Jobs, int Remarks, IReadOnlyList<ConfigurationProblemMessage> Problems);
