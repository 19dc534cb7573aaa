using System.Net;

namespace Supervisor.Specs;

/// <summary>The <c>supervisor:</c> part of the configuration, every path absolute.</summary>
public sealed record DaemonSpec
{
    /// <summary>Runtime directory (lock file).</summary>
    public required string RuntimeDirectory { get; init; }

    /// <summary>State directory.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Directory of the jobs' log files.</summary>
    public required string LogDirectory { get; init; }

    /// <summary>Path of the control socket.</summary>
    public required string ControlSocket { get; init; }

    /// <summary>Group (name or number) that may connect; null: only root and the owner.</summary>
    public string? ControlGroup { get; init; }

    /// <summary>Whether that group may do everything, or only read.</summary>
    public bool GroupMayAll { get; init; }

    /// <summary>The dashboard and the API over TCP; null: off.</summary>
    public HttpSpec? Http { get; init; }

    /// <summary>Limit of the whole shutdown.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Automatic restarts of all jobs together that are made within a window; further ones wait. Null: no limit.</summary>
    public RestartLimitSpec? RestartLimit { get; init; } = new(1000, TimeSpan.FromSeconds(10));

    /// <summary>What becomes of the jobs when the supervisor is killed; null: adopted where the service manager keeps descriptors, else stopped.</summary>
    public OnCrash? OnCrash { get; init; }

    /// <summary>Commands run at the end of the shutdown, oldest first: the last one runs first.</summary>
    public Sequence<CleanupHook> Cleanup { get; init; } = [];

    /// <summary>Signals that the supervisor passes on to jobs by name instead of taking them for itself.</summary>
    public Sequence<ForwardedSignal> ForwardSignals { get; init; } = [];
}

/// <summary><c>supervisor.restart_limit: {limit: 1000, within: 10s}</c></summary>
public sealed record RestartLimitSpec(int Limit, TimeSpan Within);

/// <summary><c>supervisor.http: {listen: 127.0.0.1:9001}</c></summary>
public sealed record HttpSpec
{
    /// <summary>Where it listens; port 0: any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 9001);

    /// <summary>File of the token; null: http-token in the state directory, made when it is missing.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Names by which browsers may reach it besides localhost and IP addresses.</summary>
    public Sequence<string> Hosts { get; init; } = [];
}

/// <summary><c>supervisor.on_crash</c></summary>
public enum OnCrash
{
    /// <summary>They get SIGTERM from the kernel.</summary>
    Stop,
    /// <summary>They run on, and the next supervisor takes them over.</summary>
    Adopt,
}

/// <summary><c>supervisor.forward_signals: {SIGUSR1: [web]}</c></summary>
public sealed record ForwardedSignal(Signal Signal, Sequence<string> Jobs);
