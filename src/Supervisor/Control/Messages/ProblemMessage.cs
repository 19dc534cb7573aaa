namespace Supervisor.Control.Messages;

/// <summary>Why a request was not carried out: RFC 9457, <c>application/problem+json</c>.</summary>
/// <param name="Type">Which kind: <c>about:blank</c>, or a word after <c>urn:supervisor:</c>.</param>
/// <param name="Title">The kind in words.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What, where, and what to do.</param>
/// <param name="Problems">For a configuration that is not valid: each problem.</param>
public sealed record ProblemMessage(string Type, string Title, int Status, string Detail, IReadOnlyList<ConfigurationProblemMessage>? Problems = null);

/// <summary>A problem of a configuration.</summary>
public sealed record ConfigurationProblemMessage(string File, int Line, int Column, string Message);

/// <summary>Answer of <c>GET /v1/version</c>.</summary>
public sealed record VersionMessage(string Version, int Pid);
