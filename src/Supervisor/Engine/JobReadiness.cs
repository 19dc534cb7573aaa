using Supervisor.Jobs;
using Supervisor.Jobs.Ports;
using Supervisor.Specs;

namespace Supervisor.Engine;

/// <summary>The probes that are on their way, and whose they are.</summary>
internal sealed class JobReadiness(IProbes probes)
{
    private readonly Dictionary<long, JobSlot> _probes = [];
    private long _lastProbe;

    /// <summary>Asks a probe for the current phase of an instance.</summary>
    public void Ask(JobSlot slot, ProbeSpec probe)
    {
        var id = ++_lastProbe;
        _probes[id] = slot;
        slot.Probe = new(id, probes.Ask(id, probe));
    }

    /// <summary>Whose answer it is; null: nobody's any more.</summary>
    public JobSlot? Answered(ProbeAnswered fact)
    {
        if (!_probes.Remove(fact.ProbeId, out var slot))
        {
            return null;
        }

        slot.Probe?.Asking.Dispose();
        slot.Probe = null;
        return slot;
    }

    /// <summary>An instance has moved on: what was asked of a run that is not up any more is called off.</summary>
    public void Happened(JobSlot slot)
    {
        if (slot.Probe is not null && !slot.State.Phase.IsUp())
        {
            CallOff(slot);
        }
    }

    /// <summary>Nobody waits for an answer any more.</summary>
    public void CallOff(JobSlot slot)
    {
        if (slot.Probe is { } probe)
        {
            _probes.Remove(probe.Id);
            probe.Asking.Dispose();
            slot.Probe = null;
        }
    }
}

/// <summary>A probe that is being asked.</summary>
internal sealed record RunningProbe(long Id, IDisposable Asking);

/// <summary>Nobody can be asked: for engines that are made without that part.</summary>
internal sealed class NoProbes : IProbes
{
    /// <inheritdoc/>
    public IDisposable Ask(long probeId, ProbeSpec probe) => throw new NotSupportedException("this engine was made without probes");
}
