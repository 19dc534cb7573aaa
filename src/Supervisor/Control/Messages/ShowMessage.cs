namespace Supervisor.Control.Messages;

/// <summary>Answer of <c>GET /v1/jobs/NAME</c>: the effective specification of each instance.</summary>
/// <param name="Jobs">The instances that were asked for.</param>
public sealed record ShowMessage(IReadOnlyList<JobSpecMessage> Jobs);

/// <summary>The effective specification of one instance.</summary>
/// <param name="Name">Which.</param>
/// <param name="State">Its state now.</param>
/// <param name="Keys">Every key with its effective value, in the order of the documentation.</param>
public sealed record JobSpecMessage(string Name, string State, IReadOnlyList<SpecKeyMessage> Keys);

/// <summary>One key.</summary>
/// <param name="Key">Its name in the configuration.</param>
/// <param name="Value">Its effective value, as one would write it.</param>
/// <param name="Position">Where it is written (<c>web.yaml:7:16</c>); null: a default.</param>
public sealed record SpecKeyMessage(string Key, string Value, string? Position);
