using Supervisor.Configuration;
using Supervisor.Engine;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Control;

/// <summary>What the control server works on.</summary>
public sealed record ControlOptions
{
    /// <summary>The engine's front door.</summary>
    public required ISupervisor Supervisor { get; init; }

    /// <summary>The logs of the jobs.</summary>
    public required ILogReader Logs { get; init; }

    /// <summary>The boards and regions of the jobs; null: there are none.</summary>
    public IBoardReader? Boards { get; init; }

    /// <summary>Who may connect.</summary>
    public required DaemonSpec Daemon { get; init; }

    /// <summary>Both clocks now, from the same start as the snapshots.</summary>
    public required Func<Instant> Now { get; init; }

    /// <summary>Reads the configuration again, for <c>apply</c>.</summary>
    public required Func<ConfigurationResult> ReadConfiguration { get; init; }
}
