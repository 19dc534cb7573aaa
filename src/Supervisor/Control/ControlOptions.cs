using Microsoft.AspNetCore.Http;
using Supervisor.Configuration;
using Supervisor.Control.Events;
using Supervisor.Engine;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;
using Supervisor.Upgrade;

namespace Supervisor.Control;

/// <summary>What the control server works on.</summary>
public sealed record ControlOptions
{
    /// <summary>The engine's front door.</summary>
    public required ISupervisor Supervisor { get; init; }

    /// <summary>The logs of the jobs.</summary>
    public required ILogReader Logs { get; init; }

    /// <summary>What jobs tell by sd_notify; null: nobody listens.</summary>
    public INotificationReader? Notifications { get; init; }

    /// <summary>The boards and regions of the jobs; null: there are none.</summary>
    public IBoardReader? Boards { get; init; }

    /// <summary>The cgroups of the jobs; null: there are none.</summary>
    public ICgroupReader? Cgroups { get; init; }

    /// <summary>Who may connect.</summary>
    public required DaemonSpec Daemon { get; init; }

    /// <summary>Both clocks now, from the same start as the snapshots.</summary>
    public required Func<Instant> Now { get; init; }

    /// <summary>The last events.</summary>
    public required EventRing Events { get; init; }

    /// <summary>Ends when the engine has gone through a turn.</summary>
    public required Func<Task> Ping { get; init; }

    /// <summary>Reads the configuration again, for <c>apply</c>.</summary>
    public required Func<ConfigurationResult> ReadConfiguration { get; init; }

    /// <summary>A configuration has been put in force by <c>apply</c>.</summary>
    public Action<SupervisorSpec> Applied { get; init; } = _ => { };

    /// <summary>A request has been answered.</summary>
    public Action Served { get; init; } = () => { };

    /// <summary>Exchanges the image; null: it cannot be exchanged.</summary>
    public IUpgrader? Upgrader { get; init; }

    /// <summary>Answers <c>/metrics</c>; null: there are none.</summary>
    public RequestDelegate? Metrics { get; init; }

    /// <summary>What clients are allowed to cost.</summary>
    public ControlLimits Limits { get; init; } = new();
}
