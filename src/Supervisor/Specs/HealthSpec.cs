namespace Supervisor.Specs;

/// <summary>
/// Liveness: while the job is up it is asked again and again, and after some failures in a row it is stopped as its <c>stop:</c> says and left to its
/// restart policy. Numbers are those of Kubernetes' probes; the start period is that of Docker's HEALTHCHECK.
/// </summary>
public sealed record HealthSpec(ProbeSpec Probe)
{
    /// <summary>Default time between two askings (Kubernetes' periodSeconds).</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(10);

    /// <summary>Failures in a row that end it (failureThreshold).</summary>
    public int Failures { get; init; } = 3;

    /// <summary>Passes in a row after which it is called healthy (successThreshold).</summary>
    public int Successes { get; init; } = 1;

    /// <summary>Time from the start of the process in which failures do not count, unless a probe has passed already.</summary>
    public TimeSpan StartPeriod { get; init; }
}
