using Supervisor.Jobs;
using Supervisor.Specs;

namespace Supervisor.Readiness;

/// <summary>Passes when somebody accepts the connection, which is closed at once.</summary>
internal static class TcpProber
{
    public static async Task<ProbeAnswer> Ask(TcpProbe probe, CancellationToken limit)
    {
        using var connection = await Connection.To(probe.Target, limit).ConfigureAwait(false);
        return ProbeAnswer.Passed;
    }
}
