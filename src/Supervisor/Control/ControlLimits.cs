using Supervisor.Linux;

namespace Supervisor.Control;

/// <summary>What clients are allowed to cost.</summary>
public sealed record ControlLimits
{
    // Clients have at most this part of the descriptors: at the limit, accepting would fail for ever, and so would starting jobs.
    private const int PartOfDescriptors = 4;
    private const int MostClientsEver = 2048;
    private const int LeastClients = 64;

    /// <summary>Connections at once.</summary>
    public int MostClients { get; init; } = FromDescriptors();

    /// <summary>Connections of the dashboard at once.</summary>
    public int MostWebClients { get; init; } = LeastClients;

    /// <summary>Time for the head of a request.</summary>
    public TimeSpan Head { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time that a connection may say nothing.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time after which a body, or the reading of an answer that is no stream, must not be slower than 240 bytes a second.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a silent event stream shows that it lives.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the engine may take to answer <c>/livez</c>.</summary>
    public TimeSpan Liveness { get; init; } = TimeSpan.FromSeconds(5);

    private static unsafe int FromDescriptors()
    {
        sys_wait_h.rlimit limit;
        return sys_wait_h.getrlimit(sys_wait_h.RLIMIT_NOFILE, &limit) == 0
            ? (int)Math.Clamp(limit.rlim_cur / PartOfDescriptors, LeastClients, MostClientsEver)
            : LeastClients;
    }
}
