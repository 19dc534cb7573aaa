using Supervisor.Specs;

namespace Supervisor.Jobs.Ports;

/// <summary>What the engine asks of the part that asks jobs by network. Implemented by Readiness/ (on the pool), faked on floor 2.</summary>
public interface IProbes
{
    /// <summary>
    /// Asks once; the answer is posted as <see cref="ProbeAnswered"/>, within the probe's timeout and however the other side behaves. Disposing of what
    /// comes back calls it off: then no answer needs to come. Never blocks.
    /// </summary>
    IDisposable Ask(long probeId, ProbeSpec probe);
}

/// <summary>The answer of a probe.</summary>
public sealed record ProbeAnswered(long ProbeId, ProbeAnswer Answer) : EngineFact;
